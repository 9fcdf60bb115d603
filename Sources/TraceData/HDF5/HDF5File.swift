import CHDF5
import Foundation

/// An HDF5 file, open for reading or being made.
///
/// A file being made is a temporary beside its target until `commit`; without that it is removed.
/// There is no time stamp in it: the same calls give the same bytes.
public final class HDF5File: @unchecked Sendable {
  /// How every such file begins.
  public static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46]

  /// The file, as the caller named it.
  public let path: String
  /// The group that holds everything.
  public let root: HDF5Group
  private let file: HDF5Handle
  /// Where it goes; nil for one that is read.
  private let target: UnfinishedFile?
  private var isComplete = false

  /// Opens a file for reading.
  ///
  /// - Throws: `.fileMissing`, `.fileEmpty`, `.isDirectory`, `.notHDF5`, `.unreadable`, `.system`.
  public init(reading path: String) throws(HDF5Error) {
    let size = try Self.checkIsFile(path)
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    guard H5Fis_hdf5(path) > 0 else { throw HDF5Error(path, .notHDF5) }
    try Self.checkIsSurvivable(path, size)
    guard let access = Self.accessProperties(),
      let file = HDF5Handle(H5Fopen(path, mle_h5_read_only(), access.id), closedBy: H5Fclose)
    else { throw HDF5Error(path, .unreadable(reason: HDF5Library.lastReason())) }
    self.file = file
    self.path = path
    target = nil
    root = try Self.root(of: file, path)
  }

  /// Starts a file that `commit` will put at `path`, in the place of one that may be there.
  ///
  /// - Throws: `.writeFailed`, `.system`.
  public init(creating path: String) throws(HDF5Error) {
    // The library gives no errno: see first whether the place can be written at all.
    let target = try Self.attempt(path) { () throws(SystemCallError) in try UnfinishedFile(path) }
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    guard let access = Self.accessProperties(),
      let creation = HDF5Handle(H5Pcreate(mle_h5_file_creation()), closedBy: H5Pclose),
      H5Pset_obj_track_times(creation.id, false) >= 0,
      let file = HDF5Handle(
        H5Fcreate(target.temporaryPath, mle_h5_truncate(), creation.id, access.id),
        closedBy: H5Fclose)
    else { throw HDF5Error(path, .writeFailed(reason: HDF5Library.lastReason())) }
    self.file = file
    self.path = path
    self.target = target
    root = try Self.root(of: file, path)
  }

  /// Puts all of a file being made on the disk, still without its name.
  ///
  /// Objects of the file cannot be used any more.
  ///
  /// - Throws: `.writeFailed`, `.system`.
  /// - Precondition: the file is being made.
  public func complete() throws(HDF5Error) {
    guard let target else { preconditionFailure("\(path): not being made") }
    if isComplete { return }
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let isWritten = H5Fflush(file.id, H5F_SCOPE_GLOBAL) >= 0 && file.closeNow() >= 0
    guard isWritten, file.failure == nil else {
      throw HDF5Error(path, .writeFailed(reason: file.failure ?? HDF5Library.lastReason()))
    }
    try Self.attempt(path) { () throws(SystemCallError) in try target.synchronize() }
    isComplete = true
  }

  /// Completes a file being made and gives it its name.
  ///
  /// - Throws: as `complete`.
  /// - Precondition: the file was being made, and is committed once.
  public func commit() throws(HDF5Error) {
    try complete()
    guard let target else { return }
    try Self.attempt(path) { () throws(SystemCallError) in try target.commit() }
  }

  private static func attempt<Result>(
    _ path: String, _ body: () throws(SystemCallError) -> Result
  ) throws(HDF5Error) -> Result {
    do throws(SystemCallError) {
      return try body()
    } catch { throw HDF5Error(path, .system(error)) }
  }

  private static func checkIsFile(_ path: String) throws(HDF5Error) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let isMissing = errno == ENOENT || errno == ENOTDIR
      throw HDF5Error(
        path, isMissing ? .fileMissing : .system(SystemCallError(call: "stat", code: errno)))
    }
    if status.st_mode & S_IFMT == S_IFDIR { throw HDF5Error(path, .isDirectory) }
    if status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 { throw HDF5Error(path, .fileEmpty) }
    guard access(path, R_OK) == 0 else {
      throw HDF5Error(path, .system(SystemCallError(call: "open", code: errno)))
    }
    return Int(status.st_size)
  }

  /// The library crashes on some damaged files, and loops on others: a child process goes first.
  ///
  /// It may take as many seconds of processor time.
  private static func checkIsSurvivable(_ path: String, _ size: Int) throws(HDF5Error) {
    let signal = mle_h5_trial(path, trialSeconds(ofSize: size))
    guard signal > 0 else { return }
    let reason =
      signal == SIGXCPU || signal == SIGKILL ? "reading does not end" : "signal \(signal)"
    throw HDF5Error(path, .unreadable(reason: "damaged: \(reason)"))
  }

  /// What a child may take to read a file of so many bytes: four seconds, and four more for every megabyte,
  /// for a megabyte of one number again and again unpacks to a thousand.
  static func trialSeconds(ofSize size: Int) -> UInt32 { UInt32(clamping: 4 + (size >> 18)) }

  /// Closing the file closes all in it; all metadata carry checksums; a chunk cache that makes
  /// small slices in random order cheap.
  ///
  /// Files are not locked: one being made has a temporary name, one that is there never changes, and
  /// a lock would be shared with a child that is reading another file on trial.
  private static func accessProperties() -> HDF5Handle? {
    guard let access = HDF5Handle(H5Pcreate(mle_h5_file_access()), closedBy: H5Pclose),
      H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG) >= 0,
      H5Pset_libver_bounds(access.id, H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0,
      H5Pset_cache(access.id, 0, 12_421, 64 << 20, 0.75) >= 0,
      H5Pset_file_locking(access.id, false, true) >= 0
    else { return nil }
    return access
  }

  private static func root(of file: HDF5Handle, _ path: String) throws(HDF5Error) -> HDF5Group {
    guard
      let root = HDF5Handle(
        H5Gopen2(file.id, "/", mle_h5_default_properties()), in: file, closedBy: H5Gclose)
    else { throw HDF5Error(path, .unreadable(reason: HDF5Library.lastReason())) }
    return HDF5Group(root, path: path, name: "/")
  }
}
