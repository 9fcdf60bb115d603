import TraceData

/// The training state of an open checkpoint.
extension CheckpointReader {
  func training(
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
}
