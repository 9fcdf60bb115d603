import CMLEPlayer
import ModelFormat
import Scoring
import TestSupport
import Testing

struct OpeningTests {
  private static let model = TestModel(
    TestModel.tcn(
      vocabulary: 12, channels: 4, kernel: 2, dilations: [1, 2], activation: .relu, isTied: false),
    seed: 3)

  @Test func libraryIsOfTheHeadersVersion() {
    #expect(mle_player_api_version() == MLE_PLAYER_API_VERSION)
  }

  @Test func playerFitsTheSizeForStaticArrays() {
    // MLE_PLAYER_SIZE has a sizeof in it, which Swift does not import.
    #expect(mle_player_size() <= 1024 + 128 * MemoryLayout<UnsafeRawPointer>.size)
  }

  @Test func everyTruncationIsRefusedWithTheReadersSentence() throws {
    let blob = try Self.model.description.encoded()
    for length in 0..<blob.count {
      let c = PlayerOfC(Array(blob[..<length]))
      try #require(c.open() == .badBlob)
      try #require(description(MLE_PLAYER_BAD_BLOB, of: c.player).text == Self.sentence(c.blob))
      try #require(c.areMarginsIntact)
    }
  }

  @Test func everyFlippedByteIsRefusedWithTheReadersSentence() throws {
    let blob = try Self.model.description.encoded()
    var generator = SplitMix64(seed: 8)
    for offset in blob.indices {
      var damaged = blob
      damaged[offset] ^= UInt8(1) << UInt8(generator.next() % 8)
      let c = PlayerOfC(damaged)
      try #require(c.open() == .badBlob)
      try #require(description(MLE_PLAYER_BAD_BLOB, of: c.player).text == Self.sentence(c.blob))
    }
  }

  private static func sentence(_ blob: CallerMemory) -> String {
    do {
      _ = try Model(bytes: UnsafeRawBufferPointer(start: blob.start, count: blob.count))
      return ""
    } catch {
      return error.message.text
    }
  }

  @Test func lengthsOverHalfOfTheAddressSpaceAreRefused() throws {
    let c = try PlayerOfC(Self.model)
    let status = mle_player_open(c.player, c.storage.count, c.blob.start, -1)
    #expect(Status(status) == .badBlob)
    #expect(
      description(MLE_PLAYER_BAD_BLOB, of: c.player).text.contains("bytes after its end at byte"))
  }

  @Test func refusedBlobLeavesNothingToUse() throws {
    let c = PlayerOfC(Array("not a blob".utf8))
    #expect(c.open() == .badBlob)
    var model = mle_model_info()
    #expect(Status(mle_player_model(c.player, &model)) == .notReady)
    #expect(mle_player_memory_size(c.player, 8) == 0)
    #expect(c.push(1, 1, 1) == .notReady)
    #expect(mle_player_digest(c.player) == 0)
  }

  @Test func openingAgainBeginsAnew() throws {
    let c = try PlayerOfC(Self.model, threads: 2)
    #expect(c.push(1, 1, 1) == .ok)
    #expect(c.open() == .ok)
    #expect(c.push(1, 1, 1) == .notReady)
  }

  @Test func memoryIsThatOfAScorer() throws {
    let c = try PlayerOfC(Self.model)
    for threads in [2, 3, 64, 65_536] {
      #expect(
        mle_player_memory_size(c.player, UInt32(threads))
          == Scorer.byteCount(for: Self.model.model, threads: threads))
    }
    for threads: UInt32 in [0, 1, 65_537, .max] {
      #expect(mle_player_memory_size(c.player, threads) == 0)
      let status = mle_player_start(c.player, c.blob.start, 1 << 30, threads)
      #expect(Status(status) == .badCapacity)
    }
  }

  @Test func oneByteLessOrOneBesideTheAlignmentIsRefused() throws {
    let c = try PlayerOfC(Self.model)
    let storage = CallerMemory(count: 2 * mle_player_size())
    let size = mle_player_size()
    let blob = (start: c.blob.start, count: c.blob.count)
    let start = try #require(storage.start)
    #expect(
      Status(mle_player_open(OpaquePointer(start), size - 1, blob.start, blob.count)) == .tooSmall)
    #expect(
      Status(mle_player_open(OpaquePointer(start + 4), size, blob.start, blob.count))
        == .misaligned)
    #expect(
      Status(mle_player_open(OpaquePointer(start), size, blob.start.map { $0 + 4 }, blob.count - 4))
        == .misaligned)
    let needed = mle_player_memory_size(c.player, 2)
    let memory = CallerMemory(count: needed + 64)
    #expect(Status(mle_player_start(c.player, memory.start, needed - 1, 2)) == .tooSmall)
    #expect(
      Status(mle_player_start(c.player, memory.start.map { $0 + 32 }, needed, 2)) == .misaligned)
    #expect(Status(mle_player_self_test(c.player, memory.start, needed - 1)) == .tooSmall)
    #expect(Status(mle_player_start(c.player, memory.start, needed, 2)) == .ok)
  }

  @Test func selfTestPassesAndThePlayerStartsAfterIt() throws {
    let c = try PlayerOfC(Self.model)
    #expect(c.selfTest() == .ok)
    #expect(c.areMarginsIntact)
    #expect(c.push(1, 1, 1) == .notReady)
    #expect(c.start(threads: 2) == .ok)
    #expect(c.push(1, 1, 1) == .ok)
    #expect(c.selfTest() == .ok)
    #expect(c.push(1, 1, 1) == .notReady)
  }

  @Test func selfTestNamesTheGoldenEventThatScoresDifferently() throws {
    let wrong = Self.model.changing {
      $0.goldenEvents[7].surprise = Surprise(units: $0.goldenEvents[7].surprise.units ^ 1)
    }
    let c = try PlayerOfC(wrong)
    #expect(c.selfTest() == .selfTestFailed)
    let right = Self.model.description.goldenEvents[7].surprise.units
    #expect(
      description(MLE_PLAYER_SELF_TEST_FAILED, of: c.player).text
        == "golden event 7 scores \(right) instead of \(right ^ 1);"
        + " this machine or this build computes wrongly")
  }

  @Test func startingAgainForgetsEverything() throws {
    let c = try PlayerOfC(Self.model, threads: 3)
    func play() throws -> UInt64 {
      for index in 0..<50 { _ = c.push(1, UInt32(1 + index % 4), UInt32(index * 7 % 12)) }
      #expect(try c.counters.events == 50)
      return mle_player_digest(c.player)
    }
    let first = try play()
    let status = mle_player_start(c.player, c.memory.start, c.memory.count, 3)
    #expect(Status(status) == .ok)
    #expect(try c.counters.events == 0)
    #expect(try play() == first)
  }
}
