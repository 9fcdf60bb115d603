import CMLEPlayer
import KernelTrace
import ModelFormat
import Scoring

/// Scores an event.
@c @implementation
public func mle_player_push(
  _ player: OpaquePointer?, _ pid: UInt32, _ tid: UInt32, _ state: UInt32, _ time: UInt64
) -> mle_status {
  do throws(Refusal) {
    let thread = try threadID(pid, tid)
    let player = try PlayerState.started(player)
    guard let size = player.pointee.scorer?.model.vocabulary.count, state < size else {
      throw .badState
    }
    player.pointee.scored = player.pointee.scorer?.score(thread, state: Int(state), time: time)
    let isVerdict = player.pointee.scored?.verdict != nil
    return mle_status(truncatingIfNeeded: isVerdict ? MLE_PLAYER_VERDICT : MLE_PLAYER_OK)
  } catch {
    return error.status
  }
}

/// A thread made another one.
@c @implementation
public func mle_player_fork(
  _ player: OpaquePointer?, _ parentPID: UInt32, _ parentTID: UInt32, _ childPID: UInt32,
  _ childTID: UInt32
) -> mle_status {
  tell(player) { (scorer) throws(Refusal) in
    scorer.fork(
      parent: try threadID(parentPID, parentTID), child: try threadID(childPID, childTID))
  }
}

/// A thread runs another program.
@c @implementation
public func mle_player_exec(
  _ player: OpaquePointer?, _ pid: UInt32, _ tid: UInt32, _ name: UnsafePointer<CChar>?,
  _ length: Int
) -> mle_status {
  tell(player) { (scorer) throws(Refusal) in
    let name = ProgramName(try bytes(name, length))
    scorer.exec(try threadID(pid, tid), name: name)
  }
}

/// A thread ended.
@c @implementation
public func mle_player_exit(_ player: OpaquePointer?, _ pid: UInt32, _ tid: UInt32) -> mle_status {
  tell(player) { (scorer) throws(Refusal) in scorer.exit(try threadID(pid, tid)) }
}

/// Records were lost.
@c @implementation
public func mle_player_lost(
  _ player: OpaquePointer?, _ count: UInt64, _ pid: UInt32, _ tid: UInt32
) -> mle_status {
  tell(player) { (scorer) throws(Refusal) in
    let isAnybody = pid == 0 && tid == 0
    scorer.lost(count, thread: isAnybody ? nil : try threadID(pid, tid))
  }
}

/// Linux numbers processes and threads from 1.
private func threadID(_ pid: UInt32, _ tid: UInt32) throws(Refusal) -> ThreadID {
  guard pid != 0 && tid != 0 else { throw .badThread }
  return ThreadID(pid: pid, tid: tid)
}

/// Changes what is known of a thread, after which there is no verdict any more.
@inline(__always)
private func tell(
  _ player: OpaquePointer?, _ change: (inout Scorer) throws(Refusal) -> Void
) -> mle_status {
  status { () throws(Refusal) in
    let state = try PlayerState.started(player)
    try state.pointee.scorer?.apply(change)
    state.pointee.scored = nil
  }
}

extension Scorer {
  /// Lets an optional scorer be changed in place.
  @inline(__always)
  fileprivate mutating func apply(
    _ change: (inout Scorer) throws(Refusal) -> Void
  ) throws(Refusal) {
    try change(&self)
  }
}
