import CHDF5
import Foundation

/// Typed reading from whatever the library fills a buffer with: a slice of a data set, an attribute.
struct HDF5Values {
  let path: String
  let object: String
  /// The type of an element as it is stored.
  let type: HDF5Handle
  /// How many elements `fill` writes.
  let count: Int
  /// Converts the elements to a type in memory and writes them; negative where it fails.
  let fill: (_ memoryType: hid_t, _ buffer: UnsafeMutableRawPointer) -> herr_t

  /// Integers of any width and byte order become T where every value fits; floats become floats.
  func numbers<T: HDF5Scalar>(as _: T.Type) throws(HDF5Error) -> [T] {
    let stored = try storedNumber(expected: T.hdf5Type)
    let wanted = T.hdf5Type
    if wanted.isFloat || stored.fits(wanted) { return try raw(as: T.self) }
    return stored.isSigned
      ? try checked(raw(as: Int64.self)) : try checked(raw(as: UInt64.self))
  }

  private func checked<Wide: BinaryInteger, T: HDF5Scalar>(
    _ wide: [Wide]
  ) throws(HDF5Error) -> [T] {
    var values: [T] = []
    values.reserveCapacity(wide.count)
    for value in wide {
      guard let narrow = T(exactly: value) else {
        throw fault(.valueOutOfRange(value: String(value), type: T.hdf5Type.rawValue))
      }
      values.append(narrow)
    }
    return values
  }

  private func raw<T: HDF5Scalar>(as _: T.Type) throws(HDF5Error) -> [T] {
    if count == 0 { return [] }
    var status: herr_t = 0
    let values = [T](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      guard let base = buffer.baseAddress else { return }
      status = fill(T.hdf5Type.memoryType, UnsafeMutableRawPointer(base))
      initializedCount = status < 0 ? 0 : count
    }
    guard status >= 0 else { throw unreadable() }
    return values
  }

  /// Fixed-length strings of any padding and variable-length ones, ASCII or UTF-8.
  func strings() throws(HDF5Error) -> [String] {
    guard H5Tget_class(type.id) == H5T_STRING else {
      throw fault(.wrongType(found: typeText, expected: "string"))
    }
    if count == 0 { return [] }
    return H5Tis_variable_str(type.id) > 0 ? try variableStrings() : try fixedStrings()
  }

  private func fixedStrings() throws(HDF5Error) -> [String] {
    let size = H5Tget_size(type.id)
    let padding = H5Tget_strpad(type.id)
    guard size > 0, size <= 1 << 20, count <= (1 << 30) / size else {
      throw fault(.implausibleSize(elements: [count, size], storedBytes: 0))
    }
    var bytes = [UInt8](repeating: 0, count: count * size)
    let status = bytes.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { fill(type.id, $0) } ?? -1
    }
    guard status >= 0 else { throw unreadable() }
    var strings: [String] = []
    strings.reserveCapacity(count)
    for index in 0..<count {
      var text = bytes[index * size..<(index + 1) * size]
      if let end = text.firstIndex(of: 0) { text = text[..<end] }
      if padding == H5T_STR_SPACEPAD {
        while text.last == 0x20 { text.removeLast() }
      }
      strings.append(try decoded(text, index))
    }
    return strings
  }

  private func variableStrings() throws(HDF5Error) -> [String] {
    guard let memory = HDF5Handle(H5Tcopy(mle_h5_string()), closedBy: H5Tclose),
      H5Tset_size(memory.id, mle_h5_variable_length()) >= 0,
      H5Tset_cset(memory.id, H5Tget_cset(type.id)) >= 0
    else { throw unreadable() }
    let found: [ArraySlice<UInt8>]
    do throws(VariableStrings.Failure) {
      found = try VariableStrings.read(count) { fill(memory.id, $0) }
    } catch { throw fault(.unreadable(reason: error.reason)) }
    return try found.enumerated().map { (index, bytes) throws(HDF5Error) in
      try decoded(bytes, index)
    }
  }

  private func decoded(
    _ bytes: some Sequence<UInt8>, _ index: Int
  ) throws(HDF5Error) -> String {
    guard let text = String(validating: Array(bytes), as: UTF8.self) else {
      throw fault(.notUTF8(index: index))
    }
    return text
  }

  // MARK: The stored type

  private func storedNumber(expected: HDF5ScalarType) throws(HDF5Error) -> StoredNumber {
    let numberClass = H5Tget_class(type.id)
    switch numberClass {
    case H5T_INTEGER where !expected.isFloat:
      return StoredNumber(isSigned: H5Tget_sign(type.id) == H5T_SGN_2, size: H5Tget_size(type.id))
    case H5T_ENUM where !expected.isFloat:
      // h5py's way to store booleans. The conversion goes by the enumeration's base type.
      guard let base = HDF5Handle(H5Tget_super(type.id), closedBy: H5Tclose) else {
        throw unreadable()
      }
      return StoredNumber(isSigned: H5Tget_sign(base.id) == H5T_SGN_2, size: H5Tget_size(base.id))
    case H5T_FLOAT where expected.isFloat:
      return StoredNumber(isSigned: true, size: H5Tget_size(type.id))
    default: throw fault(.wrongType(found: typeText, expected: expected.rawValue))
    }
  }

  private var typeText: String {
    let bits = H5Tget_size(type.id) &* 8
    return switch H5Tget_class(type.id) {
    case H5T_INTEGER: (H5Tget_sign(type.id) == H5T_SGN_2 ? "int" : "uint") + String(bits)
    case H5T_FLOAT: "float\(bits)"
    case H5T_STRING: "string"
    case H5T_COMPOUND: "compound"
    case H5T_ENUM: "enumeration"
    case H5T_VLEN: "variable-length"
    case H5T_ARRAY: "array"
    default: "other"
    }
  }

  private func unreadable() -> HDF5Error {
    fault(.unreadable(reason: HDF5Library.lastReason()))
  }

  private func fault(_ fault: HDF5Error.Fault) -> HDF5Error { HDF5Error(path, object, fault) }
}

private struct StoredNumber {
  let isSigned: Bool
  let size: Int

  /// Whether every value of this type is one of `other`'s, so that the library, which saturates in
  /// silence, has nothing to saturate.
  func fits(_ other: HDF5ScalarType) -> Bool {
    isSigned == other.isSigned ? size <= other.size : !isSigned && size < other.size
  }
}
