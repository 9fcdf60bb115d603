import ModelFormat
import TraceData

/// Reads the parts of an open checkpoint.
struct CheckpointReader {
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
      guard index == 0 ? name == "unknown" : VocabularyEntry.isValidName(name) else {
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

  func numbers<T: HDF5Scalar>(
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

  // MARK: Attributes

  func integer(
    _ name: String, of group: HDF5Group? = nil
  ) throws(CheckpointError) -> Int {
    try hdf5 { () throws(HDF5Error) in
      Int(try (group ?? root).attribute(name, as: Int64.self))
    }
  }

  func string(
    _ name: String, of group: HDF5Group? = nil
  ) throws(CheckpointError) -> String {
    try hdf5 { () throws(HDF5Error) in try (group ?? root).attributeString(name) }
  }

  func hdf5<Value>(
    _ body: () throws(HDF5Error) -> Value
  ) throws(CheckpointError) -> Value {
    do {
      return try body()
    } catch { throw fault(.hdf5(error)) }
  }

  func fault(_ fault: CheckpointError.Fault) -> CheckpointError {
    CheckpointError(path, fault)
  }
}
