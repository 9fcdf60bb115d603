import CHDF5

/// A group or a data set: something in a file that has attributes.
///
/// Objects keep their file open. Every method locks the library, so that objects may be used from
/// any thread.
public class HDF5Object: @unchecked Sendable {
  /// The file, as the caller named it.
  public let path: String
  /// The path inside the file, such as `/events/state`.
  public let name: String
  let handle: HDF5Handle

  init(_ handle: HDF5Handle, path: String, name: String) {
    self.handle = handle
    self.path = path
    self.name = name
  }

  func fault(_ fault: HDF5Error.Fault, at child: String = "") -> HDF5Error {
    HDF5Error(path, child.isEmpty ? name : self.child(child), fault)
  }

  func child(_ child: String) -> String { name == "/" ? "/\(child)" : "\(name)/\(child)" }

  func unreadable(_ child: String = "") -> HDF5Error {
    fault(.unreadable(reason: HDF5Library.lastReason()), at: child)
  }

  func writeFailed(_ child: String = "") -> HDF5Error {
    fault(.writeFailed(reason: HDF5Library.lastReason()), at: child)
  }
}

// MARK: Attributes

extension HDF5Object {
  /// Whether there is an attribute of that name.
  public func hasAttribute(_ name: String) -> Bool {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    return H5Aexists(handle.id, name) > 0
  }

  /// An attribute that is one number, or an array of one.
  ///
  /// - Throws: `.objectMissing`, `.wrongType`, `.wrongShape`, `.valueOutOfRange`, `.unreadable`.
  public func attribute<T: HDF5Scalar>(
    _ name: String, as type: T.Type = T.self
  ) throws(HDF5Error) -> T {
    let values = try attributeArray(name, as: type)
    guard values.count == 1, let value = values.first else {
      throw fault(.wrongShape(found: [values.count], expected: [1]), at: "@\(name)")
    }
    return value
  }

  /// An attribute that is an array of numbers, flattened in row-major order.
  ///
  /// - Throws: as `attribute(_:as:)`.
  public func attributeArray<T: HDF5Scalar>(
    _ name: String, as type: T.Type = T.self
  ) throws(HDF5Error) -> [T] {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    return try attributeValues(name).numbers(as: type)
  }

  /// An attribute that is a string, of fixed or variable length, or an array of one.
  ///
  /// - Throws: `.objectMissing`, `.wrongType`, `.wrongShape`, `.notUTF8`, `.unreadable`.
  public func attributeString(_ name: String) throws(HDF5Error) -> String {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let strings = try attributeValues(name).strings()
    guard strings.count == 1, let string = strings.first else {
      throw fault(.wrongShape(found: [strings.count], expected: [1]), at: "@\(name)")
    }
    return string
  }

  private func attributeValues(_ name: String) throws(HDF5Error) -> HDF5Values {
    guard H5Aexists(handle.id, name) > 0 else { throw fault(.objectMissing, at: "@\(name)") }
    guard
      let attribute = HDF5Handle(
        H5Aopen(handle.id, name, mle_h5_default_properties()), closedBy: H5Aclose),
      let type = HDF5Handle(H5Aget_type(attribute.id), closedBy: H5Tclose),
      let space = HDF5Handle(H5Aget_space(attribute.id), closedBy: H5Sclose)
    else { throw unreadable("@\(name)") }
    let count = Int(H5Sget_simple_extent_npoints(space.id))
    // Attributes are small by nature: a larger one is damage, and would be allocated.
    guard count >= 0, count <= 1 << 20 else {
      throw fault(.implausibleSize(elements: [count], storedBytes: 0), at: "@\(name)")
    }
    return HDF5Values(path: path, object: child("@\(name)"), type: type, count: count) {
      H5Aread(attribute.id, $0, $1)
    }
  }

  /// Adds an attribute of one number.
  ///
  /// - Throws: `.writeFailed`, also where there is one of that name.
  public func setAttribute<T: HDF5Scalar>(_ name: String, _ value: T) throws(HDF5Error) {
    try setAttribute(name, [value], space: H5Screate(H5S_SCALAR))
  }

  /// Adds an attribute that is an array of at least one number.
  ///
  /// - Throws: as above.
  public func setAttribute<T: HDF5Scalar>(_ name: String, _ values: [T]) throws(HDF5Error) {
    try setAttribute(name, values, space: H5Screate_simple(1, [hsize_t(values.count)], nil))
  }

  /// Adds an attribute that is a string: fixed length, UTF-8, null-padded.
  ///
  /// - Throws: as above.
  public func setAttribute(_ name: String, _ value: String) throws(HDF5Error) {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let bytes = Array(value.utf8)
    guard let type = HDF5Strings.type(length: bytes.count) else { throw writeFailed("@\(name)") }
    try writeAttribute(
      name, bytes.isEmpty ? [0] : bytes, fileType: type.id, memoryType: type.id,
      space: H5Screate(H5S_SCALAR))
  }

  private func setAttribute<T: HDF5Scalar>(
    _ name: String, _ values: [T], space: @autoclosure () -> hid_t
  ) throws(HDF5Error) {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let type = T.hdf5Type
    try writeAttribute(
      name, values, fileType: type.fileType, memoryType: type.memoryType, space: space())
  }

  private func writeAttribute<T: BitwiseCopyable>(
    _ name: String, _ values: [T], fileType: hid_t, memoryType: hid_t, space: hid_t
  ) throws(HDF5Error) {
    let defaults = mle_h5_default_properties()
    guard let space = HDF5Handle(space, closedBy: H5Sclose),
      let attribute = HDF5Handle(
        H5Acreate2(handle.id, name, fileType, space.id, defaults, defaults), closedBy: H5Aclose),
      values.withUnsafeBytes({ H5Awrite(attribute.id, memoryType, $0.baseAddress) }) >= 0
    else { throw writeFailed("@\(name)") }
  }
}
