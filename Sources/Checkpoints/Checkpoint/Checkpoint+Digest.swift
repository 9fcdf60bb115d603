import ModelFormat
import TraceData

extension Checkpoint {
  /// SHA-256 over all content, in hexadecimal: HDF5 itself guards its structure, not the numbers.
  var contentDigest: String {
    var digest = ContentDigest()
    digest.update("\(architectureText)\n")
    for state in vocabulary { digest.update("\(state.id) \(state.name)\n") }
    digest.update(parameters)
    digest.update(bestParameters ?? [])
    if let training {
      let progress = training.progress
      digest.update(training.configuration.text)
      digest.update("\(training.dataDigest) \(training.createdBy)\n")
      digest.update("\(progress.step) \(progress.epoch) \(progress.batch) \(progress.lossCount)\n")
      digest.update("\(progress.best?.epoch ?? 0) \(progress.epochsSinceBest)\n")
      digest.update("\(progress.lossSum) \(progress.best?.loss ?? 0)\n")
      digest.update(training.firstMoment)
      digest.update(training.secondMoment)
    }
    return digest.finalized()
  }

  private var architectureText: String {
    switch architecture {
    case .tcn(let network):
      let dilations = (0..<network.dilations.count).map { "\(network.dilations[$0])" }
      return "tcn \(network.channels) \(network.kernelWidth) \(dilations.joined(separator: ",")) "
        + "\(network.activation.rawValue) \(network.isTied)"
    case .windowCNN(let network): return "window-cnn \(network.windowLength)"
    }
  }
}
