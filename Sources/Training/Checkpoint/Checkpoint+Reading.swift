import ModelFormat
import TraceData

extension Checkpoint {
  static let format = "mle-checkpoint"
  static let version: Int64 = 1

  /// Reads a checkpoint of ours or one that anybody wrote with h5py, and checks all of it.
  ///
  /// - Throws: what is wrong with the file; it is never half read.
  public static func read(_ path: String) throws(CheckpointError) -> Checkpoint {
    let reader: CheckpointReader
    do {
      reader = CheckpointReader(path: path, root: try HDF5File(reading: path).root)
    } catch { throw CheckpointError(path, .hdf5(error)) }
    return try reader.checkpoint()
  }
}

/// Reads the parts of an open checkpoint.
private struct CheckpointReader {
  let path: String
  let root: HDF5Group

  func checkpoint() throws(CheckpointError) -> Checkpoint {
    try checkFormat()
    let vocabulary = try vocabulary()
    let architecture = try architecture(vocabularySize: vocabulary.count)
    var checkpoint = Checkpoint(
      architecture: architecture, vocabulary: vocabulary, parameters: try parameters(architecture))
    let count = checkpoint.parameters.count
    if root.contains("best/parameters") {
      checkpoint.bestParameters = try numbers("best/parameters", [count])
    }
    if root.contains("training") {
      checkpoint.training = try training(parameterCount: count, best: checkpoint.bestParameters)
    }
    if root.hasAttribute("content_digest") {
      let digest = try hdf5 { () throws(HDF5Error) in try root.attributeString("content_digest") }
      guard digest == checkpoint.contentDigest else { throw fault(.damaged) }
    }
    return checkpoint
  }

  // MARK: Architecture

  private func checkFormat() throws(CheckpointError) {
    let format = root.hasAttribute("format") ? try string("format") : ""
    guard format == Checkpoint.format else { throw fault(.otherFormat(found: format)) }
    let version = try integer("format_version")
    guard version == Checkpoint.version else { throw fault(.unsupportedVersion(found: version)) }
  }

  private func architecture(vocabularySize: Int) throws(CheckpointError) -> Architecture {
    var configuration = TrainingConfiguration()
    let name = try string("architecture")
    guard let kind = TrainingConfiguration.NetworkKind(rawValue: name) else {
      throw fault(.attribute(name: "architecture", found: name, allowed: "tcn or window-cnn"))
    }
    configuration.network = kind
    switch kind {
    case .windowCNN: configuration.windowLength = try integer("window_length")
    case .tcn:
      configuration.channels = try integer("channels")
      configuration.kernelWidth = try integer("kernel_width")
      configuration.dilations = try hdf5 { () throws(HDF5Error) in
        try root.attributeArray("dilations", as: Int64.self).map { Int($0) }
      }
      configuration.activation = try activation()
      configuration.isTied = try flag("tied")
    }
    do {
      return try configuration.architecture(vocabularySize: vocabularySize)
    } catch { throw fault(.architecture(error)) }
  }

  private func activation() throws(CheckpointError) -> Activation {
    let name = try string("activation")
    switch name {
    case "relu": return .relu
    case "gated": return .gated
    default: throw fault(.attribute(name: "activation", found: name, allowed: "relu or gated"))
    }
  }

  private func flag(_ name: String) throws(CheckpointError) -> Bool {
    let value = try integer(name)
    guard (0...1).contains(value) else {
      throw fault(.attribute(name: name, found: "\(value)", allowed: "0 or 1"))
    }
    return value == 1
  }

  // MARK: Vocabulary

  private func vocabulary() throws(CheckpointError) -> [VocabularyEntry] {
    let names = try hdf5 { () throws(HDF5Error) -> [String]? in
      let dataset = try root.dataset("vocabulary/name")
      return dataset.count <= Limits.vocabularySize ? try dataset.readStrings() : nil
    }
    guard let names, names.count >= 2 else {
      let found = names?.count ?? Limits.vocabularySize + 1
      throw fault(
        .architecture(
          .dimension(.vocabularySize, found: found, allowed: 2...Limits.vocabularySize)))
    }
    var ids = names.indices.map { UInt32($0) }
    if root.contains("vocabulary/id") { ids = try numbers("vocabulary/id", [names.count]) }
    var seen: Set<String> = []
    for (index, name) in names.enumerated() {
      guard index == 0 ? name == "unknown" : Self.isStateName(name) else {
        throw fault(.stateName(index: index, found: name))
      }
      guard seen.insert(name).inserted else {
        throw fault(.repeatedStateName(index: index, found: name))
      }
      guard index == 0 ? ids[0] == 0 : ids[index] > ids[index - 1] else {
        throw fault(.stateID(index: index, found: ids[index]))
      }
    }
    return zip(ids, names).map { VocabularyEntry(id: $0, name: $1) }
  }

  private static func isStateName(_ name: String) -> Bool {
    (1...Limits.stateNameLength).contains(name.utf8.count)
      && name.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c }
  }

  // MARK: Numbers

  private func parameters(_ architecture: Architecture) throws(CheckpointError) -> [Float] {
    var parameters: [Float] = []
    parameters.reserveCapacity(architecture.parameterCount)
    for index in 0..<architecture.tensorCount {
      let tensor = architecture.tensor(at: index)
      parameters += try numbers("parameters/" + tensor.role.name, tensor.shape) as [Float]
    }
    return parameters
  }

  private func numbers<T: HDF5Scalar>(
    _ name: String, _ shape: [Int]
  ) throws(CheckpointError) -> [T] {
    let (found, values) = try hdf5 { () throws(HDF5Error) -> ([Int], [T]) in
      let dataset = try root.dataset(name)
      return (dataset.shape, dataset.shape == shape ? try dataset.read() : [])
    }
    guard found == shape else {
      throw fault(.wrongShape(object: "/" + name, found: found, expected: shape))
    }
    if let floats = values as? [Float], let index = floats.firstIndex(where: { !$0.isFinite }) {
      throw fault(.notFinite(object: "/" + name, index: index))
    }
    return values
  }

  // MARK: Training state

  private func training(
    parameterCount: Int, best: [Float]?
  ) throws(CheckpointError) -> TrainingState {
    let group = try hdf5 { () throws(HDF5Error) in try root.group("training") }
    let text = try string("configuration", of: group)
    let configuration: TrainingConfiguration
    do {
      configuration = try TrainingConfiguration(text: text)
      try configuration.validate()
    } catch {
      throw fault(.attribute(name: "configuration", found: "\(error)", allowed: "valid settings"))
    }
    return TrainingState(
      configuration: configuration,
      dataDigest: try string("data_digest", of: group),
      createdBy: try string("created_by", of: group),
      progress: try progress(of: group, hasBest: best != nil),
      firstMoment: try numbers("optimizer/first_moment", [parameterCount]),
      secondMoment: try numbers("optimizer/second_moment", [parameterCount]))
  }

  private func progress(
    of group: HDF5Group, hasBest: Bool
  ) throws(CheckpointError) -> TrainingProgress {
    var progress = TrainingProgress()
    progress.step = try counter("step", of: group)
    progress.epoch = try counter("epoch", of: group)
    progress.batch = try counter("batch", of: group)
    progress.lossSum = try number("loss_sum", of: group)
    progress.lossCount = try counter("loss_count", of: group)
    progress.epochsSinceBest = try counter("epochs_since_best", of: group)
    let epoch = try counter("best_epoch", of: group)
    let loss = try number("best_loss", of: group)
    guard (epoch > 0) == hasBest, epoch <= progress.epoch else {
      throw fault(
        .attribute(name: "best_epoch", found: "\(epoch)", allowed: "the epoch of /best"))
    }
    if epoch > 0 { progress.best = TrainingProgress.Best(epoch: epoch, loss: loss) }
    return progress
  }

  private func counter(_ name: String, of group: HDF5Group) throws(CheckpointError) -> Int {
    let value = try integer(name, of: group)
    guard value >= 0, value <= 1 << 48 else {
      throw fault(.attribute(name: name, found: "\(value)", allowed: "0 or more"))
    }
    return value
  }

  private func number(_ name: String, of group: HDF5Group) throws(CheckpointError) -> Double {
    let value = try hdf5 { () throws(HDF5Error) in try group.attribute(name, as: Double.self) }
    guard value.isFinite else {
      throw fault(.attribute(name: name, found: "\(value)", allowed: "finite"))
    }
    return value
  }

  // MARK: Attributes

  private func integer(
    _ name: String, of group: HDF5Group? = nil
  ) throws(CheckpointError) -> Int {
    try hdf5 { () throws(HDF5Error) in
      Int(try (group ?? root).attribute(name, as: Int64.self))
    }
  }

  private func string(
    _ name: String, of group: HDF5Group? = nil
  ) throws(CheckpointError) -> String {
    try hdf5 { () throws(HDF5Error) in try (group ?? root).attributeString(name) }
  }

  private func hdf5<Value>(
    _ body: () throws(HDF5Error) -> Value
  ) throws(CheckpointError) -> Value {
    do {
      return try body()
    } catch { throw fault(.hdf5(error)) }
  }

  private func fault(_ fault: CheckpointError.Fault) -> CheckpointError {
    CheckpointError(path, fault)
  }
}
