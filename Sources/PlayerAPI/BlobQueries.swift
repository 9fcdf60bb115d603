import CMLEPlayer
import ModelFormat
import Scoring

/// What the blob is.
@c @implementation
public func mle_player_model(
  _ player: OpaquePointer?, _ result: UnsafeMutablePointer<mle_model_info>?
) -> mle_status {
  status { () throws(Refusal) in
    let model = try PlayerState.opened(player).model
    guard let result else { throw .nullPointer }
    var answer = mle_model_info()
    withUnsafeMutableBytes(of: &answer.digest) { bytes in
      for index in 0..<bytes.count { bytes[index] = model.digest[index] }
    }
    answer.state_count = UInt32(model.architecture.vocabularySize)
    answer.channel_count = UInt32(model.channelCount)
    answer.thread_size = UInt64(Scorer.bytesPerThread(of: model))
    answer.operations = UInt64(model.architecture.multiplyAddsPerEvent)
    result.initialize(to: answer)
  }
}

/// What a detection channel is.
@c @implementation
public func mle_player_channel(
  _ player: OpaquePointer?, _ index: UInt32, _ result: UnsafeMutablePointer<mle_channel>?
) -> mle_status {
  status { () throws(Refusal) in
    let model = try PlayerState.opened(player).model
    guard let result else { throw .nullPointer }
    guard index < model.channelCount else { throw .badChannel }
    let channel = model.channel(at: Int(index))
    result.initialize(
      to: mle_channel(
        kind: channel.kind.rawValue, length: UInt32(channel.length),
        minimum_events: UInt32(channel.minimumEvents), threshold: channel.threshold.units,
        is_blind: model.isBlind(channel) ? 1 : 0, reserved: 0))
  }
}

/// The state with a name.
@c @implementation
public func mle_player_state_of_name(
  _ player: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ length: Int
) -> UInt32 {
  do throws(Refusal) {
    let vocabulary = try PlayerState.opened(player).model.vocabulary
    return UInt32(vocabulary.index(ofName: try bytes(name, length)) ?? 0)
  } catch {
    return 0
  }
}

/// The state with an id.
@c @implementation
public func mle_player_state_of_id(_ player: OpaquePointer?, _ id: UInt32) -> UInt32 {
  do throws(Refusal) {
    return UInt32(try PlayerState.opened(player).model.vocabulary.index(ofID: id) ?? 0)
  } catch {
    return 0
  }
}

/// The name of a state.
@c @implementation
public func mle_player_state_name(
  _ player: OpaquePointer?, _ state: UInt32,
  _ name: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ length: UnsafeMutablePointer<Int>?
) -> mle_status {
  status { () throws(Refusal) in
    let vocabulary = try PlayerState.opened(player).model.vocabulary
    guard let name, let length else { throw .nullPointer }
    guard state < vocabulary.count else { throw .badState }
    let text = vocabulary.name(at: Int(state))
    name.initialize(to: text.baseAddress?.assumingMemoryBound(to: CChar.self))
    length.initialize(to: text.count)
  }
}
