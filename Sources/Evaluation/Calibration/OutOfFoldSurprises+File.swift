import Foundation
import ModelFormat
import TraceData

extension OutOfFoldSurprises {
  private static let format = "mle-surprises"
  private static let version: Int64 = 1

  /// Writes the file (`docs/calibration.md`): complete and under its name, or not at all.
  ///
  /// - Throws: `HDF5Error` where it cannot be written.
  public func write(to path: String) throws(HDF5Error) {
    try write(into: HDF5File(creating: path))
  }

  /// Writes a new file and gives it its name.
  ///
  /// - Throws: as `write(to:)`.
  public func write(into file: HDF5File) throws(HDF5Error) {
    let root = file.root
    try root.setAttribute("format", Self.format)
    try root.setAttribute("format_version", Self.version)
    try root.setAttribute("created_by", createdBy)
    try root.setAttribute("configuration", configuration)
    try root.setAttribute("data_digest", dataDigest)
    try root.setAttribute("content_digest", contentDigest)
    try root.setAttribute("seed", seed)
    try root.setAttribute("folds", Int64(foldCount))
    try root.setAttribute("unseen_folds", Int64(unseenFolds))
    try root.setAttribute("folds_done", Int64(foldsDone))
    let chunk = HDF5Layout.packed(chunk: [65_536])
    try root.createGroup("events").write(units, to: "surprise", layout: chunk)
    let blocks = try root.createGroup("blocks")
    try blocks.write(blockOffsets.map { UInt64($0) }, to: "offset", layout: chunk)
    try blocks.write(clusters, to: "cluster", layout: chunk)
    try blocks.write(folds, to: "fold", layout: chunk)
    try file.commit()
  }

  /// Reads a file and checks all of it.
  ///
  /// - Throws: `HDF5Error`, `CalibrationFileError`.
  public init(path: String) throws {
    let root = try HDF5File(reading: path).root
    guard root.hasAttribute("format"), try root.attributeString("format") == Self.format,
      try root.attribute("format_version", as: Int64.self) == Self.version
    else { throw CalibrationFileError(path, .otherFormat) }
    units = try root.dataset("events/surprise").read()
    blockOffsets = try root.dataset("blocks/offset").read(as: UInt64.self)
      .map { Int(clamping: $0) }
    clusters = try root.dataset("blocks/cluster").read()
    folds = try root.dataset("blocks/fold").read()
    createdBy = try root.attributeString("created_by")
    configuration = try root.attributeString("configuration")
    dataDigest = try root.attributeString("data_digest")
    seed = try root.attribute("seed")
    foldCount = Int(try root.attribute("folds", as: Int64.self))
    unseenFolds = Int(try root.attribute("unseen_folds", as: Int64.self))
    foldsDone = Int(try root.attribute("folds_done", as: Int64.self))
    guard try root.attributeString("content_digest") == contentDigest, isConsistent else {
      throw CalibrationFileError(path, .damaged)
    }
  }

  private var isConsistent: Bool {
    let blockCount = clusters.count
    guard blockOffsets.count == blockCount + 1, folds.count == blockCount,
      blockOffsets.first == 0, blockOffsets.last == units.count,
      zip(blockOffsets, blockOffsets.dropFirst()).allSatisfy({ $0 <= $1 }),
      (2...255).contains(foldCount), (0...(foldCount - 2)).contains(unseenFolds),
      (0...networkCount).contains(foldsDone)
    else { return false }
    return clusters.allSatisfy { Int($0) < max(blockCount, 1) }
      && folds.allSatisfy { Int($0) < foldCount }
  }

  /// SHA-256 of all content, in hexadecimal: HDF5 guards its structure, but not the numbers.
  private var contentDigest: String {
    var hash = SHA256()
    let text =
      "\(createdBy)\n\(configuration)\n\(dataDigest)\n\(seed) \(foldCount) \(unseenFolds) \(foldsDone)\n"
    Array(text.utf8).withUnsafeBytes { hash.update($0) }
    units.withUnsafeBytes { hash.update($0) }
    blockOffsets.withUnsafeBytes { hash.update($0) }
    clusters.withUnsafeBytes { hash.update($0) }
    folds.withUnsafeBytes { hash.update($0) }
    return hash.finalize().description
  }
}

/// A file of out-of-fold surprises that cannot be used.
public struct CalibrationFileError: Error, Equatable, Sendable {
  /// What can be wrong.
  public enum Fault: Equatable, Sendable {
    case otherFormat, damaged, otherData
    case otherConfiguration(key: String)
    case incomplete(done: Int, of: Int)
  }

  /// The file, as the caller named it.
  public let path: String
  /// What is wrong with it.
  public let fault: Fault

  /// An error about the file at `path`.
  public init(_ path: String, _ fault: Fault) {
    self.path = path
    self.fault = fault
  }
}

extension CalibrationFileError: CustomStringConvertible {
  /// *file: fact; what to do*.
  public var description: String {
    let text =
      switch fault {
      case .otherFormat: "is not a calibration of version 1; make it with mle-trainer calibrate"
      case .damaged: "is damaged or not consistent; make it again with mle-trainer calibrate"
      case .otherData: "was made with other data; name the data set that it was made with"
      case .otherConfiguration(let key):
        "its networks were trained with another \(key); make it again with mle-trainer calibrate"
      case .incomplete(let done, let count):
        "\(done) of its \(count) networks are done; go on with mle-trainer calibrate --resume"
      }
    return "\(path): \(text)"
  }
}
