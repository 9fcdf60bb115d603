import CMLEPlayer
import ModelFormat
import TestSupport
import Testing

struct RefusalTests {
  private static let model = TestModel(
    TestModel.tcn(
      vocabulary: 12, channels: 4, kernel: 2, dilations: [1, 2], activation: .relu, isTied: false),
    seed: 3, threshold: 0.1)

  @Test func memoryThatNoPlayerWasMadeInIsNotReady() {
    let c = PlayerOfC([])
    var (model, counters) = (mle_model_info(), mle_counters())
    #expect(Status(mle_player_model(c.player, &model)) == .notReady)
    #expect(Status(mle_player_counters(c.player, &counters)) == .notReady)
    #expect(c.push(1, 1, 1) == .notReady)
    #expect(c.exec(1, 1, "a") == .notReady)
    #expect(Status(mle_player_fork(c.player, 1, 1, 2, 2)) == .notReady)
    #expect(mle_player_digest(c.player) == 0)
    #expect(mle_player_memory_size(c.player, 4) == 0)
  }

  @Test func playerThatIsOnlyOpenTakesNoEvents() throws {
    let c = try PlayerOfC(Self.model)
    #expect(c.push(1, 1, 1) == .notReady)
    #expect(Status(mle_player_exit(c.player, 1, 1)) == .notReady)
    #expect(Status(mle_player_lost(c.player, 1, 0, 0)) == .notReady)
    #expect(c.verdict == nil)
    #expect(c.scored == nil)
  }

  @Test func nullPointersAreRefused() throws {
    let c = try PlayerOfC(Self.model, threads: 2)
    let (player, size) = (c.player, c.storage.count)
    let refusals = [
      mle_player_open(nil, size, c.blob.start, c.blob.count),
      mle_player_open(player, size, nil, c.blob.count),
      mle_player_start(nil, c.memory.start, c.memory.count, 2),
      mle_player_start(player, nil, c.memory.count, 2),
      mle_player_self_test(player, nil, c.memory.count),
      mle_player_model(player, nil), mle_player_model(nil, nil),
      mle_player_channel(player, 0, nil), mle_player_state_name(player, 0, nil, nil),
      mle_player_push(nil, 1, 1, 1, 0), mle_player_fork(nil, 1, 1, 2, 2),
      mle_player_exec(nil, 1, 1, "a", 1), mle_player_exec(player, 1, 1, nil, 1),
      mle_player_exit(nil, 1, 1), mle_player_lost(nil, 1, 0, 0),
      mle_player_verdict(player, nil), mle_player_scored(player, nil),
      mle_player_explain(player, nil, nil, nil), mle_player_counters(player, nil),
    ]
    for (index, status) in refusals.enumerated() {
      #expect(Status(status) == .nullPointer, "refusal \(index)")
    }
  }

  @Test func threadsNumberedZeroAreRefused() throws {
    let c = try PlayerOfC(Self.model, threads: 2)
    #expect(c.push(0, 1, 1) == .badThread)
    #expect(c.push(1, 0, 1) == .badThread)
    #expect(c.exec(0, 0, "a") == .badThread)
    #expect(Status(mle_player_exit(c.player, 0, 1)) == .badThread)
    #expect(Status(mle_player_fork(c.player, 1, 1, 0, 2)) == .badThread)
    #expect(Status(mle_player_fork(c.player, 1, 0, 2, 2)) == .badThread)
    #expect(Status(mle_player_lost(c.player, 1, 0, 1)) == .badThread)
    #expect(Status(mle_player_lost(c.player, 1, 1, 0)) == .badThread)
  }

  @Test func statesBeyondTheVocabularyAreRefused() throws {
    let c = try PlayerOfC(Self.model, threads: 2)
    for state: UInt32 in [12, 13, .max] { #expect(c.push(1, 1, state) == .badState) }
    #expect(
      description(MLE_PLAYER_BAD_STATE, of: c.player).text
        == "states of this blob are 0 to 11; look the state up by its name or id")
  }

  @Test func refusedCallChangesNothing() throws {
    let c = try PlayerOfC(Self.model, threads: 2)
    #expect(c.push(1, 1, 0) == .verdict)
    let digest = mle_player_digest(c.player)
    #expect(c.push(1, 1, 12) == .badState)
    #expect(c.push(0, 1, 1) == .badThread)
    #expect(Status(mle_player_lost(c.player, 1, 0, 1)) == .badThread)
    #expect(Status(mle_player_start(c.player, c.memory.start, 1, 2)) == .tooSmall)
    #expect(mle_player_digest(c.player) == digest)
    #expect(try c.counters.events == 1)
    #expect(try c.counters.lost_records == 0)
    #expect(c.verdict?.event == 1)
  }

  @Test func verdictIsThereUntilThePlayerIsToldSomething() throws {
    let c = try PlayerOfC(Self.model, threads: 2)
    let forgetting: [(String, () -> mle_status)] = [
      ("push", { mle_player_push(c.player, 1, 1, 0, 0) }),
      ("fork", { mle_player_fork(c.player, 1, 1, 2, 2) }),
      ("exec", { mle_player_exec(c.player, 1, 1, "a", 1) }),
      ("exit", { mle_player_exit(c.player, 1, 1) }),
      ("lost", { mle_player_lost(c.player, 1, 0, 0) }),
      ("start", { mle_player_start(c.player, c.memory.start, c.memory.count, 2) }),
    ]
    for (name, call) in forgetting {
      _ = mle_player_start(c.player, c.memory.start, c.memory.count, 2)
      #expect(c.push(1, 1, 0) == .verdict)
      #expect(try c.explanation.events.count == 1)
      #expect(c.verdict != nil)
      #expect(Status(call()) == .ok, "\(name)")
      var verdict = mle_verdict()
      #expect(Status(mle_player_verdict(c.player, &verdict)) == .noVerdict, "\(name)")
      #expect(
        Status(mle_player_explain(c.player, { _, _ in }, nil, nil)) == .noVerdict, "\(name)")
    }
  }

  @Test func everyStatusHasItsOwnSentence() {
    var sentences: Set<String> = []
    for (number, status) in Status.declared {
      let (text, length) = description(number)
      #expect(text.utf8.count == length, "\(status)")
      #expect(length <= MLE_PLAYER_LONGEST_DESCRIPTION)
      #expect(text.contains("; "), "\(status) says what to do")
      sentences.insert(text)
    }
    // BAD_STATE and BAD_CHANNEL have their numbers from the player that is missing here.
    #expect(sentences.count == Status.declared.count - 1)
    #expect(description(77).text.contains("not a status"))
  }

  @Test func descriptionIsCutToItsMemory() {
    let whole = description(MLE_PLAYER_TOO_SMALL)
    for capacity in 0...(whole.length + 2) {
      let (text, length) = description(MLE_PLAYER_TOO_SMALL, capacity: capacity)
      #expect(length == whole.length)
      #expect(text == String(whole.text.prefix(max(capacity - 1, 0))))
    }
    #expect(mle_player_describe(nil, 0, nil, 0) > 0)
    #expect(mle_player_describe(nil, 0, nil, 10) > 0)
  }

  @Test func longestSentenceFitsTheHeadersNumber() {
    let extremes: [ModelFormatError] = [
      .recordTooLong(type: .min, length: .min, atOffset: .min),
      .surprise(found: .min, allowed: .min ... .max, atOffset: .min),
      .unknownChoice(.thresholdRule, found: .min, atOffset: .min),
      .metadataLength(found: .min), .stateName(state: .min, atOffset: .min),
      .dimension(.provenanceLength, found: .min, allowed: .min ... .max),
    ]
    for error in extremes {
      #expect(error.message.text.utf8.count <= Int(MLE_PLAYER_LONGEST_DESCRIPTION))
    }
  }
}
