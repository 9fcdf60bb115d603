import ModelFormat
import TraceData

/// Why a file is not a checkpoint, or could not be written as one.
public struct CheckpointError: Error, Equatable, Sendable {
  /// The file, as the caller named it.
  public let path: String
  /// What is wrong.
  public let fault: Fault

  init(_ path: String, _ fault: Fault) {
    self.path = path
    self.fault = fault
  }

  /// What can be wrong.
  public enum Fault: Equatable, Sendable {
    /// HDF5 cannot read or write it, or a part is missing or of another type.
    case hdf5(HDF5Error)
    /// An HDF5 file of another kind.
    case otherFormat(found: String)
    case unsupportedVersion(found: Int)
    /// An attribute has none of the values that are allowed.
    case attribute(name: String, found: String, allowed: String)
    /// The network is one that no detector may have.
    case architecture(ModelFormatError)
    case stateName(index: Int, found: String)
    case repeatedStateName(index: Int, found: String)
    /// Ids start at 0 and increase.
    case stateID(index: Int, found: UInt32)
    case wrongShape(object: String, found: [Int], expected: [Int])
    case notFinite(object: String, index: Int)
    /// The content is not what its digest was made of.
    case damaged
  }
}

extension CheckpointError: CustomStringConvertible {
  /// *file: fact; what to do*, without the program's name.
  public var description: String {
    switch fault {
    case .hdf5(let error): error.description
    case .architecture(let error): "\(path): \(error)"
    default: "\(path): \(fact); \(remedy)"
    }
  }

  private var fact: String {
    switch fault {
    case .hdf5, .architecture: ""
    case .otherFormat(let found): "its format is '\(found)', not 'mle-checkpoint'"
    case .unsupportedVersion(let found): "has format version \(found), this tool reads version 1"
    case .attribute(let name, let found, let allowed):
      "attribute \(name) is '\(found)', allowed is \(allowed)"
    case .stateName(let index, let found):
      "state \(index) has the name '\(found)', "
        + (index == 0 ? "which must be 'unknown'" : "which is not 1 to 64 printable characters")
    case .repeatedStateName(let index, let found):
      "state \(index) has the name '\(found)' of another state"
    case .stateID(let index, let found):
      "state \(index) has id \(found); ids start at 0 and increase"
    case .wrongShape(let object, let found, let expected):
      "\(object) has shape \(found), expected \(expected)"
    case .notFinite(let object, let index): "\(object): number \(index) is not finite"
    case .damaged: "the content does not match its digest"
    }
  }

  private var remedy: String {
    switch fault {
    case .otherFormat: "name a checkpoint that mle-trainer wrote"
    case .unsupportedVersion: "use a newer mle"
    case .damaged: "the file is damaged: copy it again or train again"
    default: "write it as docs/checkpoint-format.md says"
    }
  }
}
