import CMLEPlayer
import KernelTrace
import ModelFormat

/// Why a call is refused.
enum Refusal: Error {
  case nullPointer, notReady, misaligned, tooSmall, badBlob, selfTestFailed, badCapacity
  case badThread, badState, badChannel, noVerdict, noEvent

  /// Its number in `mle_player.h`.
  var status: mle_status {
    let number =
      switch self {
      case .nullPointer: MLE_PLAYER_NULL_POINTER
      case .notReady: MLE_PLAYER_NOT_READY
      case .misaligned: MLE_PLAYER_MISALIGNED
      case .tooSmall: MLE_PLAYER_TOO_SMALL
      case .badBlob: MLE_PLAYER_BAD_BLOB
      case .selfTestFailed: MLE_PLAYER_SELF_TEST_FAILED
      case .badCapacity: MLE_PLAYER_BAD_CAPACITY
      case .badThread: MLE_PLAYER_BAD_THREAD
      case .badState: MLE_PLAYER_BAD_STATE
      case .badChannel: MLE_PLAYER_BAD_CHANNEL
      case .noVerdict: MLE_PLAYER_NO_VERDICT
      case .noEvent: MLE_PLAYER_NO_EVENT
      }
    return mle_status(truncatingIfNeeded: number)
  }
}

/// The status of a call that may be refused.
@inline(__always)
func status(_ call: () throws(Refusal) -> Void) -> mle_status {
  do throws(Refusal) {
    try call()
    return mle_status(truncatingIfNeeded: MLE_PLAYER_OK)
  } catch {
    return error.status
  }
}
