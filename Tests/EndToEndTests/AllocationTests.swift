import Foundation
import TestSupport
import Testing

/// The player asks for no memory after loading: it runs under a library that counts every request
/// (`Tests/AllocationCounter`), over recordings in which threads fork, end and give way in a full
/// table, and with every line that it can print for an event.
@Suite struct AllocationTests {
  private struct Counts: Equatable {
    var loading = 0
    var firstPieces = 0
    var after = 0
    var reads = 0
  }

  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func counts(_ arguments: [String], input: String) throws -> Counts {
    let library = URL(fileURLWithPath: Program.embeddedPlayer.path).deletingLastPathComponent()
      .appendingPathComponent("liballocation-counter.so").path
    try #require(FileManager.default.fileExists(atPath: library))
    let outcome = try Program(path: "/usr/bin/env").run(
      ["LD_PRELOAD=\(library)", Program.embeddedPlayer.path] + arguments, input: .file(input))
    try #require(outcome.status == 0, "\(outcome.errors)")
    let line = try #require(outcome.errorLines.first { $0.hasPrefix("allocations: ") })
    let numbers = line.split { !$0.isNumber }.compactMap { Int($0) }
    try #require(numbers.count == 4)
    return Counts(
      loading: numbers[0], firstPieces: numbers[1], after: numbers[2], reads: numbers[3])
  }

  @Test(arguments: GoldenModel.allCases, [true, false])
  func nothingIsAllocatedForAnEvent(model: GoldenModel, isText: Bool) throws {
    let replay = Replay(events: 1500, vocabularySize: GoldenModel.vocabularySize, seed: 7)
    let recording = try isText ? replay.text : replay.capture()
    let blob = try directory.write(model.blob.description.encoded(), to: "model.mle")
    // Explaining takes a debug build long: once is enough.
    let counts = try counts(
      ["score", blob, "--processes", "16", "--scores", "--digest"] + (isText ? ["--explain"] : []),
      input: try directory.write(recording, to: "recording"))
    // Two for the blob and the table, at least; then the buffer of a line or a block.
    #expect(counts.loading >= 2)
    #expect(counts.firstPieces >= 1)
    #expect(counts.after == 0)
    // Else there would be nothing after the first pieces.
    #expect(counts.reads > 3)
  }
}
