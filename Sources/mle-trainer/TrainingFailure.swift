import CCPUFeatures
import Checkpoints
import CommandSupport
import Foundation
import TraceData
import Training

/// Why training failed, as one line and an exit status.
struct TrainingFailure: ReportedError {
  /// *file: fact; what to do*.
  let description: String
  let status: ExitStatus

  /// - Parameters:
  ///   - data: the data set's path.
  ///   - checkpoint: the checkpoint's path.
  init(_ error: TrainingError, data: String, checkpoint: String) {
    description = Self.text(error, data: data, checkpoint: checkpoint)
    status = Self.status(error)
  }

  private init(_ description: String, _ status: ExitStatus) {
    self.description = description
    self.status = status
  }

  /// - Throws: where this CPU cannot run the kernels of this build.
  static func checkCPU() throws(TrainingFailure) {
    let lacking = TrainingCPU.compiledFeatures() & ~cpu_features_present()
    guard lacking != 0 else { return }
    let missing = (0..<cpu_feature_count()).filter { lacking >> $0 & 1 == 1 }.map {
      String(cString: cpu_feature_name($0))
    }
    throw TrainingFailure(
      "this build needs a CPU with \(missing.joined(separator: ", ")); "
        + "build it on this machine, or with MLE_CPU=x86-64", .software)
  }

  private static func text(_ error: TrainingError, data: String, checkpoint: String) -> String {
    switch error {
    case .setting(let key, let value, let allowed):
      "--\(key): \(value) is not allowed; give \(allowed)"
    case .architecture(let error): "the network: \(error)"
    case .data(let error): error.description
    case .checkpoint(let error): error.description
    case .log(let path, let error): "\(path): \(error)"
    case .noStates(let count):
      "\(data): no state occurs \(count) times in what trains; "
        + (count > 1 ? "lower --min-count" : "import normal traces")
    case .tooManyStates(let found, let limit):
      "\(data): \(found) states, a network knows at most \(limit); raise --min-count"
    case .otherData:
      "\(checkpoint): was made with other data than \(data); name its data, or leave out --resume"
    case .otherSetting(let key, let saved, let asked):
      "\(checkpoint): was made with \(key) \(saved), not \(asked); "
        + "leave out that option or --resume"
    case .notResumable:
      "\(checkpoint): has weights but no training state; leave out --resume"
    case .diverged(let epoch, let step, let loss, let rate):
      "\(checkpoint): the loss is \(loss) at update \(step) in epoch \(epoch), step size \(rate); "
        + (FileManager.default.fileExists(atPath: checkpoint)
          ? "the file is as it was before; " : "nothing was saved; ") + "lower --learning-rate"
    }
  }

  private static func status(_ error: TrainingError) -> ExitStatus {
    switch error {
    case .setting, .architecture, .otherData, .otherSetting: .usage
    case .data(let error): ExitStatus(of: error) ?? .badData
    case .checkpoint(let error): ExitStatus(of: error) ?? .badData
    case .log(_, let error): ExitStatus(code: error.code)
    case .noStates, .tooManyStates, .notResumable, .diverged: .badData
    }
  }
}
