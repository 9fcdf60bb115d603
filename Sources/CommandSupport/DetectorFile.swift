import Checkpoints
import Evaluation
import Foundation
import ModelFormat
import TraceData

/// A network to evaluate: a blob, or a checkpoint as the blob that it would become.
public struct DetectorFile {
  /// The detector. That of a checkpoint has a threshold that says nothing.
  public let model: LoadedModel
  /// Of the blob.
  public let byteCount: Int
  /// Whether the file is a blob, which has thresholds.
  public let isBlob: Bool
  /// SHA-256 of what training saw of its data, in hexadecimal; nil where the file does not say.
  public let dataDigest: String?

  /// Reads either.
  ///
  /// - Throws: `FileError` where it cannot be read or is no blob, what reading a checkpoint throws.
  public init(_ path: String) throws {
    if try WholeFile.read(path).starts(with: HDF5File.signature) {
      self = try DetectorFile(of: try Checkpoint.read(path))
    } else {
      let (model, bytes) = try BlobFile.load(path)
      (self.model, byteCount, isBlob) = (model, bytes.count, true)
      dataDigest = model.withModel { model in
        ModelDescription(model).provenance.first { $0.key == "data.digest" }?.value
      }
    }
  }

  /// A checkpoint as the blob that it would become, with a threshold that says nothing.
  ///
  /// - Throws: where no blob can hold it.
  public init(of checkpoint: Checkpoint) throws(ModelFormatError) {
    var description = ModelDescription(checkpoint, provenance: [])
    description.channels = [DetectionChannel(.window, 1)]
    description.goldenEvents = [GoldenEvent(state: 0, surprise: description.unknownSurprise)]
    let bytes = try description.encoded()
    (model, byteCount, isBlob) = (try LoadedModel(bytes: bytes), bytes.count, false)
    dataDigest = checkpoint.training?.dataDigest
  }
}

extension ModelDescription {
  /// A checkpoint's network and states, without channels or golden events.
  public init(_ checkpoint: Checkpoint, provenance: [ProvenanceEntry]) {
    self.init(
      architecture: checkpoint.architecture,
      states: checkpoint.vocabulary.map { VocabularyState(id: $0.id, name: $0.name) },
      channels: [], goldenEvents: [],
      provenance: provenance.sorted {
        Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8))
      },
      weights: checkpoint.chosenParameters)
  }
}
