import CHDF5

/// Fixed-length UTF-8 strings as this project writes them: null-padded, as long as the longest.
enum HDF5Strings {
  /// A string type of `length` bytes, at least one.
  static func type(length: Int) -> HDF5Handle? {
    guard let type = HDF5Handle(H5Tcopy(mle_h5_string()), closedBy: H5Tclose),
      H5Tset_size(type.id, max(1, length)) >= 0,
      H5Tset_cset(type.id, H5T_CSET_UTF8) >= 0,
      H5Tset_strpad(type.id, H5T_STR_NULLPAD) >= 0
    else { return nil }
    return type
  }

  /// The strings' bytes, each padded with zeros to `length`.
  static func padded(_ strings: [String], to length: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: strings.count * max(1, length))
    for (index, string) in strings.enumerated() {
      let start = index * max(1, length)
      for (offset, byte) in string.utf8.prefix(length).enumerated() { bytes[start + offset] = byte }
    }
    return bytes
  }
}
