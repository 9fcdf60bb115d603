import CMLEPlayer
import ModelFormat
import Scoring
import TestSupport
import Testing

struct QueryTests {
  private static let model = TestModel(
    TestModel.tcn(
      vocabulary: 12, channels: 4, kernel: 2, dilations: [1, 2], activation: .relu, isTied: false),
    seed: 3
  ).changing {
    var second = $0.channels[0]
    second.kind = .ewma
    second.length = 40
    second.minimumEvents = 20
    second.threshold = Surprise(nats: 2.5)
    $0.channels.append(second)
  }

  @Test func modelIsWhatTheBlobSays() throws {
    let c = try PlayerOfC(Self.model)
    let expected = Self.model.model
    var model = mle_model_info()
    #expect(Status(mle_player_model(c.player, &model)) == .ok)
    #expect(model.state_count == 12)
    #expect(model.channel_count == 2)
    #expect(model.thread_size == UInt64(Scorer.bytesPerThread(of: expected)))
    #expect(model.operations == UInt64(expected.architecture.multiplyAddsPerEvent))
    let digest = withUnsafeBytes(of: model.digest) { Array($0) }
    #expect(digest == (0..<32).map { expected.digest[$0] })
  }

  @Test func channelsAreWhatTheBlobSays() throws {
    let c = try PlayerOfC(Self.model)
    var channel = mle_channel()
    #expect(Status(mle_player_channel(c.player, 0, &channel)) == .ok)
    #expect(Int(channel.kind) == MLE_PLAYER_WINDOW)
    #expect(channel.length == 10)
    #expect(channel.minimum_events == 1)
    #expect(channel.threshold == Surprise(nats: 3).units)
    #expect(channel.is_blind == 1)  // ln 12 = 2.485
    #expect(Status(mle_player_channel(c.player, 1, &channel)) == .ok)
    #expect(Int(channel.kind) == MLE_PLAYER_EWMA)
    #expect(channel.length == 40)
    #expect(channel.minimum_events == 20)
    #expect(Status(mle_player_channel(c.player, 2, &channel)) == .badChannel)
    #expect(
      description(MLE_PLAYER_BAD_CHANNEL, of: c.player).text
        == "detection channels of this blob are 0 to 1; ask for one of them")
  }

  @Test func everyStateIsFoundByNameAndID() throws {
    let c = try PlayerOfC(Self.model)
    for state in 0..<UInt32(12) {
      let name = state == 0 ? "unknown" : "state\(state)"
      #expect(mle_player_state_of_name(c.player, name, name.utf8.count) == state)
      #expect(mle_player_state_of_id(c.player, 3 * state) == state)
      var (start, length): (UnsafePointer<CChar>?, Int) = (nil, 0)
      #expect(Status(mle_player_state_name(c.player, state, &start, &length)) == .ok)
      let found = UnsafeRawBufferPointer(start: start, count: length)
      #expect(String(decoding: found, as: UTF8.self) == name)
    }
    var (start, length): (UnsafePointer<CChar>?, Int) = (nil, 0)
    #expect(Status(mle_player_state_name(c.player, 12, &start, &length)) == .badState)
  }

  @Test func whatTheBlobHasNotIsTheUnknownState() throws {
    let c = try PlayerOfC(Self.model)
    for id: UInt32 in [1, 2, 34, .max] { #expect(mle_player_state_of_id(c.player, id) == 0) }
    for name in ["", "state", "state1 ", "state99"] {
      #expect(mle_player_state_of_name(c.player, name, name.utf8.count) == 0)
    }
    #expect(mle_player_state_of_name(c.player, nil, 5) == 0)
    #expect(mle_player_state_of_name(nil, "state1", 6) == 0)
  }
}
