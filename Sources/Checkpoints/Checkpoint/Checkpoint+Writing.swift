import ModelFormat
import TraceData

extension TensorShape {
  /// The used dimensions, first to last.
  var shape: [Int] { Array([dimensions.0, dimensions.1, dimensions.2].prefix(rank)) }
}

extension Checkpoint {
  /// Writes the file: complete and under its name, or not at all. The same content gives the same
  /// bytes.
  ///
  /// - Throws: `.hdf5` with what HDF5 or the operating system said.
  public func write(to path: String) throws(CheckpointError) {
    try write(into: Self.newFile(at: path))
  }

  /// Takes the place of a checkpoint: until the file is written or let go, no other program writes there.
  ///
  /// - Throws: `.hdf5` with what the operating system said. Nothing is left behind.
  package static func newFile(at path: String) throws(CheckpointError) -> HDF5File {
    do {
      return try HDF5File(creating: path)
    } catch { throw CheckpointError(path, .hdf5(error)) }
  }

  /// Writes a new file and gives it its name.
  ///
  /// - Throws: as `write(to:)`.
  package func write(into file: HDF5File) throws(CheckpointError) {
    do throws(HDF5Error) {
      try writeArchitecture(to: file.root)
      try file.root.setAttribute("content_digest", contentDigest)
      let states = try file.root.createGroup("vocabulary")
      try states.write(vocabulary.map(\.name), to: "name")
      try states.write(vocabulary.map(\.id), to: "id")
      try writeParameters(to: file.root.createGroup("parameters"))
      if let bestParameters {
        try file.root.createGroup("best").write(bestParameters, to: "parameters")
      }
      if let training { try write(training, to: file.root) }
      try file.commit()
    } catch { throw CheckpointError(file.path, .hdf5(error)) }
  }

  private func writeArchitecture(to root: HDF5Group) throws(HDF5Error) {
    try root.setAttribute("format", Self.format)
    try root.setAttribute("format_version", Self.version)
    switch architecture {
    case .tcn(let network):
      try root.setAttribute("architecture", "tcn")
      try root.setAttribute("channels", Int64(network.channels))
      try root.setAttribute("kernel_width", Int64(network.kernelWidth))
      let dilations = (0..<network.dilations.count).map { Int64(network.dilations[$0]) }
      try root.setAttribute("dilations", dilations)
      try root.setAttribute("activation", network.activation == .gated ? "gated" : "relu")
      try root.setAttribute("tied", UInt8(network.isTied ? 1 : 0))
    case .windowCNN(let network):
      try root.setAttribute("architecture", "window-cnn")
      try root.setAttribute("window_length", Int64(network.windowLength))
    }
  }

  private func writeParameters(to group: HDF5Group) throws(HDF5Error) {
    var start = 0
    for index in 0..<architecture.tensorCount {
      let tensor = architecture.tensor(at: index)
      let values = Array(parameters[start..<start + tensor.count])
      try group.write(values, to: tensor.role.name, shape: tensor.shape)
      start += tensor.count
    }
  }

  private func write(_ state: TrainingState, to root: HDF5Group) throws(HDF5Error) {
    let optimizer = try root.createGroup("optimizer")
    try optimizer.write(state.firstMoment, to: "first_moment")
    try optimizer.write(state.secondMoment, to: "second_moment")
    let group = try root.createGroup("training")
    let progress = state.progress
    try group.setAttribute("created_by", state.createdBy)
    try group.setAttribute("configuration", state.configuration.text)
    try group.setAttribute("data_digest", state.dataDigest)
    try group.setAttribute("step", Int64(progress.step))
    try group.setAttribute("epoch", Int64(progress.epoch))
    try group.setAttribute("batch", Int64(progress.batch))
    try group.setAttribute("loss_sum", progress.lossSum)
    try group.setAttribute("loss_count", Int64(progress.lossCount))
    try group.setAttribute("best_epoch", Int64(progress.best?.epoch ?? 0))
    try group.setAttribute("best_loss", progress.best?.loss ?? 0)
    try group.setAttribute("epochs_since_best", Int64(progress.epochsSinceBest))
  }
}
