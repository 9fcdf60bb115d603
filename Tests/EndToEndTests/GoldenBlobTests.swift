import Foundation
import ModelFormat
import TestSupport
import Testing

/// `models/golden`: blobs of every version of the format, as its writer wrote them. They load and
/// score the same forever.
@Suite struct GoldenBlobTests {
  /// A line of `digests.txt`.
  struct Golden: Sendable, CustomTestStringConvertible {
    let name: String
    let digest: String
    var testDescription: String { name }
  }

  private static let directory = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("models/golden")

  private static func table(_ file: String) throws -> [[String]] {
    try String(contentsOf: directory.appendingPathComponent(file), encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }

  private static func goldens() throws -> [Golden] {
    try table("digests.txt").map { Golden(name: $0[0], digest: $0[1]) }
  }

  private static func bytes(_ file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: directory.appendingPathComponent(file)))
  }

  @Test(arguments: try goldens()) func everyBlobPlaysToItsDigest(golden: Golden) throws {
    let outcome = try Program.player.succeed([
      "score", Self.directory.appendingPathComponent(golden.name).path,
      Self.directory.appendingPathComponent("recording.txt").path, "--processes", "24", "--digest",
    ])
    #expect(outcome.lines.last == #"{"digest":"\#(golden.digest)","events":1500}"#)
    #expect(outcome.errors.contains("gave way in a full table"))
  }

  @Test func noFileHasChanged() throws {
    let sums = try Self.table("SHA256SUMS")
    for line in sums {
      let hash = try Self.bytes(line[1]).withUnsafeBytes { SHA256.hash($0) }
      let text = (0..<32).map { String(format: "%02x", hash[$0]) }.joined()
      #expect(text == line[0], "\(line[1])")
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.directory.path)
    let blobs = files.filter { $0.hasSuffix(".mle") }.sorted()
    #expect(blobs == (try Self.goldens().map(\.name).sorted()))
    #expect(Set(sums.map { $0[1] }) == Set(blobs + ["recording.txt"]))
  }

  /// Whoever raises the version adds its blobs: `replay-maker --golden` writes them.
  @Test func everyVersionHasItsBlobs() throws {
    let versions = try Self.goldens().map { golden in
      let header = try Self.bytes(golden.name).prefix(12)
      return (major: Int(header[8]), minor: Int(header[10]), name: golden.name)
    }
    for (major, minor, name) in versions { #expect(name.hasPrefix("\(major).\(minor)-")) }
    let newest = GoldenModel.tcn.blob.description.minorVersion
    for minor in 0...Int(newest) {
      #expect(versions.contains { $0.major == 1 && $0.minor == minor }, "1.\(minor)")
    }
  }
}
