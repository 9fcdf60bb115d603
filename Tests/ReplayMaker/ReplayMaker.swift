import Foundation
import TestSupport

/// Writes the seeded detectors and recordings with which builds of the player are compared:
/// `replay-maker DIRECTORY` makes for each a blob, a capture and a shorter text, such as `tcn.mle`,
/// `tcn.mlt` and `tcn.txt`; and `wide.mle`.
@main struct ReplayMaker {
  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      FileHandle.standardError.write(Data("usage: replay-maker DIRECTORY\n".utf8))
      exit(64)
    }
    let directory = URL(fileURLWithPath: CommandLine.arguments[1])
    try Data(ReplayModel.wide.description.encoded())
      .write(to: directory.appendingPathComponent("wide.mle"))
    for model in ReplayModel.allCases {
      let file = directory.appendingPathComponent(model.rawValue)
      try Data(model.blob.description.encoded()).write(to: file.appendingPathExtension("mle"))
      try Data(model.replay(events: model.captureEvents).capture())
        .write(to: file.appendingPathExtension("mlt"))
      try Data(model.replay(events: 1500).text).write(to: file.appendingPathExtension("txt"))
    }
  }
}
