import Foundation
import TestSupport

/// Writes the seeded detectors and a recording for each, to compare builds of the player with:
/// `replay-maker DIRECTORY [EVENTS]` makes `tcn.mle`, `tcn.mlt` and so on.
@main struct ReplayMaker {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1, let events = Int(arguments.count > 2 ? arguments[2] : "100000")
    else {
      FileHandle.standardError.write(Data("usage: replay-maker DIRECTORY [EVENTS]\n".utf8))
      exit(64)
    }
    let directory = URL(fileURLWithPath: arguments[1])
    for model in ReplayModel.allCases {
      let blob = model.blob
      let file = directory.appendingPathComponent(model.rawValue)
      try Data(blob.description.encoded()).write(to: file.appendingPathExtension("mle"))
      let capture = Replay.capture(
        events: events, vocabularySize: blob.vocabularySize, seed: 2026)
      try Data(capture).write(to: file.appendingPathExtension("mlt"))
    }
  }
}
