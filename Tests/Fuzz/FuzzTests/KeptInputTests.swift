import Foundation
import FuzzChecks
import Testing

/// The inputs that fuzzing starts from, and those that once broke something.
struct KeptInputTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func files(_ kind: String, _ input: Input) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: folder.appendingPathComponent("\(kind)/\(input.rawValue)"),
      includingPropertiesForKeys: nil, options: .skipsHiddenFiles
    ).sorted { $0.path < $1.path }
  }

  @Test(arguments: Input.allCases)
  func everyInputOfTheCorpusHolds(input: Input) throws {
    let files = try Self.files("Corpus", input)
    #expect(files.count >= 3)
    for file in files { try check(file, input) }
  }

  @Test(arguments: Input.allCases)
  func everyInputThatOnceBrokeSomethingHolds(input: Input) throws {
    for file in try Self.files("FailCases", input) { try check(file, input) }
  }

  /// An input that is refused at once would lead nowhere.
  @Test func everyBlobOfTheCorpusIsOne() throws {
    for file in try Self.files("Corpus", .blob) {
      let bytes = try Data(contentsOf: file)
      let isBlob = try bytes.withUnsafeBytes { try Input.blob.check($0) }
      #expect(isBlob, "\(file.lastPathComponent)")
    }
  }

  private func check(_ file: URL, _ input: Input) throws {
    let bytes = try Data(contentsOf: file)
    #expect(throws: Never.self, "\(file.lastPathComponent)") {
      try bytes.withUnsafeBytes { _ = try input.check($0) }
    }
  }
}
