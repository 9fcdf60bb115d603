import CMLEPlayer
import KernelTrace
import ModelFormat
import Scoring

/// The sentence about a status.
@c @implementation
public func mle_player_describe(
  _ player: OpaquePointer?, _ status: mle_status, _ text: UnsafeMutablePointer<CChar>?,
  _ capacity: Int
) -> Int {
  let room = text == nil ? 0 : size(capacity)
  var length = 0
  message(of: status, player).write { byte in
    if length + 1 < room { text?[length] = CChar(bitPattern: byte) }
    length += 1
  }
  if room > 0 { text?[min(length, room - 1)] = 0 }
  return length
}

// One table, however long: the sentences stand side by side.

/// What went wrong with the player in particular, or, without one, with any.
private func message(of status: mle_status, _ player: OpaquePointer?) -> Message {
  let state = PlayerState.made(at: player)
  switch Int(status) {
  case MLE_PLAYER_OK: return Message("is as it should be; go on")
  case MLE_PLAYER_VERDICT: return Message("a thread went over a threshold; read the verdict")
  case MLE_PLAYER_NULL_POINTER: return Message("a pointer is null; give the memory")
  case MLE_PLAYER_NOT_READY:
    return Message("the player is not open or not started; open a blob and start it first")
  case MLE_PLAYER_MISALIGNED:
    return Message("memory is not aligned; begin it at a multiple of 64 bytes, or a player's of 8")
  case MLE_PLAYER_TOO_SMALL:
    return Message("there is less memory than needed; ask for the size first")
  case MLE_PLAYER_BAD_BLOB:
    return state?.pointee.modelError?.message
      ?? Message("is not a blob or is damaged; copy it again")
  case MLE_PLAYER_SELF_TEST_FAILED:
    return state?.pointee.mismatch?.message
      ?? Message("a golden event scores differently; this machine or this build computes wrongly")
  case MLE_PLAYER_BAD_CAPACITY:
    return Message("threads to tell apart are 2 to 65536 and what memory allows; ask for so many")
  case MLE_PLAYER_BAD_THREAD: return Message("a process or thread number is 0; number from 1")
  case MLE_PLAYER_BAD_STATE:
    guard let model = state?.pointee.model else { break }
    return Message(
      "states of this blob are 0 to #; look the state up by its name or id",
      model.vocabulary.count - 1)
  case MLE_PLAYER_BAD_CHANNEL:
    guard let model = state?.pointee.model else { break }
    return Message(
      "detection channels of this blob are 0 to #; ask for one of them", model.channelCount - 1)
  case MLE_PLAYER_NO_VERDICT:
    return Message("there is no verdict; read it right after the push that gave it")
  case MLE_PLAYER_NO_EVENT:
    return Message("there is no scored event; read it right after its push")
  default: break
  }
  return Message("is not in the blob or not a status; compare the versions of header and library")
}
