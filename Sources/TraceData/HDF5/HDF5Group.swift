import CHDF5

/// A group: named groups and data sets.
public final class HDF5Group: HDF5Object, @unchecked Sendable {
  /// Whether there is an object at `path`, such as `state` or `events/state`.
  public func contains(_ path: String) -> Bool {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    return exists(path)
  }

  /// The library's own test fails on a path whose first part is missing: one part at a time.
  private func exists(_ path: String) -> Bool {
    var prefix = ""
    for part in path.split(separator: "/") {
      prefix += prefix.isEmpty ? part : "/" + part
      guard H5Lexists(handle.id, prefix, mle_h5_default_properties()) > 0 else { return false }
    }
    return !prefix.isEmpty
  }

  /// The group at `path`.
  ///
  /// - Throws: `.objectMissing`, `.wrongKind`, `.unreadable`.
  public func group(_ path: String) throws(HDF5Error) -> HDF5Group {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let object = try open(path, kind: H5I_GROUP, called: "group")
    return HDF5Group(object, path: self.path, name: child(path))
  }

  /// The data set at `path`.
  ///
  /// - Throws: `.objectMissing`, `.wrongKind`, `.missingFilter`, `.implausibleSize`, `.unreadable`.
  public func dataset(_ path: String) throws(HDF5Error) -> HDF5Dataset {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let object = try open(path, kind: H5I_DATASET, called: "data set")
    let dataset = try HDF5Dataset(dataset: object, path: self.path, name: child(path))
    try dataset.check()
    return dataset
  }

  private func open(
    _ path: String, kind: H5I_type_t, called text: String
  ) throws(HDF5Error) -> HDF5Handle {
    guard exists(path) else { throw fault(.objectMissing, at: path) }
    guard
      let object = HDF5Handle(
        H5Oopen(handle.id, path, mle_h5_default_properties()), in: handle, closedBy: H5Oclose)
    else { throw unreadable(path) }
    guard H5Iget_type(object.id) == kind else { throw fault(.wrongKind(expected: text), at: path) }
    return object
  }

  /// Makes a group in this one.
  ///
  /// - Throws: `.writeFailed`, also where there is something of that name.
  public func createGroup(_ name: String) throws(HDF5Error) -> HDF5Group {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let defaults = mle_h5_default_properties()
    guard
      let creation = HDF5Handle(H5Pcreate(mle_h5_group_creation()), closedBy: H5Pclose),
      H5Pset_obj_track_times(creation.id, false) >= 0,
      let group = HDF5Handle(
        H5Gcreate2(handle.id, name, defaults, creation.id, defaults), in: handle,
        closedBy: H5Gclose)
    else { throw writeFailed(name) }
    return HDF5Group(group, path: path, name: child(name))
  }
}
