import CHDF5

/// A data set: an array of numbers or strings, read and written whole or in slices.
public final class HDF5Dataset: HDF5Object, @unchecked Sendable {
  /// The dimensions; empty for a scalar.
  public let shape: [Int]
  private let type: HDF5Handle
  private let space: HDF5Handle

  init(dataset handle: HDF5Handle, path: String, name: String) throws(HDF5Error) {
    guard let type = HDF5Handle(H5Dget_type(handle.id), closedBy: H5Tclose),
      let space = HDF5Handle(H5Dget_space(handle.id), closedBy: H5Sclose)
    else { throw HDF5Error(path, name, .unreadable(reason: HDF5Library.lastReason())) }
    let rank = H5Sget_simple_extent_ndims(space.id)
    var dimensions = [hsize_t](repeating: 0, count: Int(max(0, rank)))
    guard rank >= 0, H5Sget_simple_extent_dims(space.id, &dimensions, nil) >= 0,
      H5Sget_simple_extent_type(space.id) != H5S_NULL
    else { throw HDF5Error(path, name, .unreadable(reason: "no shape")) }
    self.type = type
    self.space = space
    shape = dimensions.map { Int(clamping: $0) }
    super.init(handle, path: path, name: name)
  }

  /// Says whether a data set that somebody else wrote can be read.
  func check() throws(HDF5Error) {
    try checkFilters()
    try checkSize()
  }

  /// How many elements there are.
  public var count: Int { shape.reduce(1, *) }

  /// h5py brings filters that the library does not have by itself.
  private func checkFilters() throws(HDF5Error) {
    guard let creation = HDF5Handle(H5Dget_create_plist(handle.id), closedBy: H5Pclose) else {
      throw unreadable()
    }
    for index in 0..<max(0, H5Pget_nfilters(creation.id)) {
      var name = [CChar](repeating: 0, count: 64)
      var valueCount = 0
      let filter = H5Pget_filter2(
        creation.id, UInt32(index), nil, &valueCount, nil, name.count - 1, &name, nil)
      guard filter >= 0 else { throw unreadable() }
      guard H5Zfilter_avail(filter) <= 0 else { continue }
      let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw fault(.missingFilter(name: String(decoding: bytes, as: UTF8.self), number: filter))
    }
  }

  /// A damaged shape must not become an allocation.
  private func checkSize() throws(HDF5Error) {
    let stored = Int(clamping: H5Dget_storage_size(handle.id))
    var bytes = H5Tget_size(type.id)
    for dimension in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw fault(.implausibleSize(elements: shape, storedBytes: stored)) }
      bytes = product
    }
    let (possible, overflow) = stored.multipliedReportingOverflow(by: MLE_LARGEST_EXPANSION)
    guard overflow || bytes <= max(MLE_BELIEVED_BYTES, possible) else {
      throw fault(.implausibleSize(elements: shape, storedBytes: stored))
    }
  }

  // MARK: Reading

  /// All elements in row-major order.
  ///
  /// - Throws: `.wrongType` unless both are integers or both are floats, `.valueOutOfRange` where an
  ///   integer does not fit T, `.unreadable`.
  public func read<T: HDF5Scalar>(as type: T.Type = T.self) throws(HDF5Error) -> [T] {
    try read(as: type, shape.map { 0..<$0 })
  }

  /// The elements of a slice, one range a dimension, in row-major order.
  ///
  /// - Precondition: the ranges are inside the shape.
  /// - Throws: as above.
  public func read<T: HDF5Scalar>(
    as type: T.Type = T.self, _ slice: [Range<Int>]
  ) throws(HDF5Error) -> [T] {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    return try values(slice).numbers(as: type)
  }

  /// All strings.
  ///
  /// - Throws: `.wrongType`, `.notUTF8`, `.unreadable`.
  public func readStrings() throws(HDF5Error) -> [String] {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    return try values(shape.map { 0..<$0 }).strings()
  }

  private func values(_ slice: [Range<Int>]) throws(HDF5Error) -> HDF5Values {
    let selection = try select(slice)
    let id = handle.id
    return HDF5Values(path: path, object: name, type: type, count: selection.count) {
      H5Dread(
        id, $0, selection.memory.id, selection.file.id, HDF5Library.transferProperties, $1)
    }
  }

  // MARK: Writing

  /// Writes all elements, or those of a slice, in row-major order.
  ///
  /// - Precondition: as many values as the slice has elements; the ranges are inside the shape.
  /// - Throws: `.writeFailed`.
  public func write<T: HDF5Scalar>(
    _ values: [T], _ slice: [Range<Int>]? = nil
  ) throws(HDF5Error) {
    let status = values.withUnsafeBufferPointer { buffer in
      Result { () throws(HDF5Error) in try write(buffer, slice) }
    }
    try status.get()
  }

  /// As above, from memory that is no array.
  public func write<T: HDF5Scalar>(
    _ values: UnsafeBufferPointer<T>, _ slice: [Range<Int>]? = nil
  ) throws(HDF5Error) {
    try write(UnsafeRawBufferPointer(values), T.hdf5Type.memoryType, values.count, slice)
  }

  func write(
    _ bytes: UnsafeRawBufferPointer, _ memoryType: hid_t, _ valueCount: Int,
    _ slice: [Range<Int>]?
  ) throws(HDF5Error) {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let selection = try select(slice ?? shape.map { 0..<$0 })
    precondition(valueCount == selection.count, "\(name): as many values as elements")
    if valueCount == 0 { return }
    let status = H5Dwrite(
      handle.id, memoryType, selection.memory.id, selection.file.id,
      mle_h5_default_properties(), bytes.baseAddress)
    guard status >= 0 else { throw writeFailed() }
  }

  // MARK: Slices

  private struct Selection {
    let memory: HDF5Handle
    let file: HDF5Handle
    let count: Int
  }

  private func select(_ slice: [Range<Int>]) throws(HDF5Error) -> Selection {
    precondition(slice.count == shape.count, "\(name): one range a dimension")
    var start: [hsize_t] = []
    var extent: [hsize_t] = []
    for (range, dimension) in zip(slice, shape) {
      precondition((0...dimension).contains(range.upperBound) && range.lowerBound >= 0)
      start.append(hsize_t(range.lowerBound))
      extent.append(hsize_t(range.count))
    }
    let count = slice.reduce(1) { $0 * $1.count }
    guard let file = HDF5Handle(H5Scopy(space.id), closedBy: H5Sclose),
      let memory = HDF5Handle(H5Screate_simple(1, [hsize_t(count)], nil), closedBy: H5Sclose),
      shape.isEmpty || count == 0
        || H5Sselect_hyperslab(file.id, H5S_SELECT_SET, start, nil, extent, nil) >= 0
    else { throw unreadable() }
    return Selection(memory: memory, file: file, count: count)
  }
}
