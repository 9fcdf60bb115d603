import CHDF5

/// How a data set lies in the file.
public enum HDF5Layout: Equatable, Sendable {
  /// In one piece, as it is.
  case contiguous
  /// In chunks, shuffled and packed with zlib.
  case packed(chunk: [Int])
}

extension HDF5Group {
  /// Makes a data set of numbers, to be written in slices.
  ///
  /// A chunk's dimensions are cut to the shape's; an empty data set is contiguous.
  ///
  /// - Throws: `.writeFailed`, also where there is something of that name.
  public func createDataset<T: HDF5Scalar>(
    _ name: String, of _: T.Type = T.self, shape: [Int], layout: HDF5Layout = .contiguous
  ) throws(HDF5Error) -> HDF5Dataset {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    return try create(name, type: T.hdf5Type.fileType, shape: shape, layout: layout)
  }

  /// Makes a data set and writes all of it; `shape` is that of a vector unless given.
  ///
  /// - Precondition: `values` has as many elements as `shape`.
  /// - Throws: `.writeFailed`.
  public func write<T: HDF5Scalar>(
    _ values: [T], to name: String, shape: [Int]? = nil, layout: HDF5Layout = .contiguous
  ) throws(HDF5Error) {
    let shape = shape ?? [values.count]
    try createDataset(name, of: T.self, shape: shape, layout: layout).write(values)
  }

  /// Makes a vector of fixed-length UTF-8 strings, null-padded, as long as the longest of them.
  ///
  /// - Throws: `.writeFailed`.
  public func write(
    _ strings: [String], to name: String, layout: HDF5Layout = .contiguous
  ) throws(HDF5Error) {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let length = strings.reduce(1) { max($0, $1.utf8.count) }
    guard let type = HDF5Strings.type(length: length) else { throw writeFailed(name) }
    let dataset = try create(name, type: type.id, shape: [strings.count], layout: layout)
    let bytes = HDF5Strings.padded(strings, to: length)
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(HDF5Error) in
        try dataset.write(buffer, type.id, strings.count, nil)
      }
    }
    try result.get()
  }

  private func create(
    _ name: String, type: hid_t, shape: [Int], layout: HDF5Layout
  ) throws(HDF5Error) -> HDF5Dataset {
    let defaults = mle_h5_default_properties()
    let dimensions = shape.map { hsize_t($0) }
    guard
      let space = HDF5Handle(
        shape.isEmpty
          ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), dimensions, nil),
        closedBy: H5Sclose),
      let creation = HDF5Handle(H5Pcreate(mle_h5_dataset_creation()), closedBy: H5Pclose),
      H5Pset_obj_track_times(creation.id, false) >= 0,
      set(layout, shape: shape, on: creation.id),
      let dataset = HDF5Handle(
        H5Dcreate2(handle.id, name, type, space.id, defaults, creation.id, defaults), in: handle,
        closedBy: H5Dclose)
    else { throw writeFailed(name) }
    return try HDF5Dataset(dataset: dataset, path: path, name: child(name))
  }

  /// Of 0...9.
  private static let deflateLevel: UInt32 = 4

  private func set(_ layout: HDF5Layout, shape: [Int], on creation: hid_t) -> Bool {
    guard case .packed(let chunk) = layout, !shape.isEmpty, !shape.contains(0) else {
      return true
    }
    precondition(chunk.count == shape.count && !chunk.contains { $0 < 1 })
    let dimensions = zip(chunk, shape).map { hsize_t(min($0, $1)) }
    return H5Pset_chunk(creation, Int32(shape.count), dimensions) >= 0
      && H5Pset_shuffle(creation) >= 0 && H5Pset_deflate(creation, Self.deflateLevel) >= 0
  }
}
