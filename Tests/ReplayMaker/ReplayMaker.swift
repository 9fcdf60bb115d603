import Foundation
import TestSupport

/// Writes the seeded detectors and recordings with which builds of the player are compared:
/// `replay-maker DIRECTORY` makes for each a blob, a capture and a shorter text, such as `tcn.mle`,
/// `tcn.mlt` and `tcn.txt`; and `wide.mle`. `replay-maker --golden DIRECTORY` makes the blobs of
/// `models/golden` as this version writes them, and their recording.
@main struct ReplayMaker {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let path = arguments.last, !path.hasPrefix("-"),
      arguments.dropLast().allSatisfy({ $0 == "--golden" }), arguments.count <= 2
    else {
      FileHandle.standardError.write(Data("usage: replay-maker [--golden] DIRECTORY\n".utf8))
      exit(64)
    }
    let directory = URL(fileURLWithPath: path)
    if arguments.count == 2 { try writeGolden(to: directory) } else { try write(to: directory) }
  }

  private static func write(to directory: URL) throws {
    try write(ReplayModel.wide, to: directory.appendingPathComponent("wide.mle"))
    for model in ReplayModel.allCases {
      let file = directory.appendingPathComponent(model.rawValue)
      try write(model.blob, to: file.appendingPathExtension("mle"))
      try Data(model.replay(events: model.captureEvents).capture())
        .write(to: file.appendingPathExtension("mlt"))
      try Data(model.replay(events: 1500).text).write(to: file.appendingPathExtension("txt"))
    }
  }

  private static func writeGolden(to directory: URL) throws {
    for model in GoldenModel.allCases {
      try write(model.blob, to: directory.appendingPathComponent("\(model.rawValue).mle"))
    }
    try Data(GoldenModel.recording.text)
      .write(to: directory.appendingPathComponent("recording.txt"))
  }

  private static func write(_ model: TestModel, to file: URL) throws {
    try Data(model.description.encoded()).write(to: file)
  }
}
