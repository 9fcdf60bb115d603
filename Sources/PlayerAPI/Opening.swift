import CMLEPlayer
import ModelFormat
import Scoring

// Each function is documented where it is declared, in `mle_player.h`; the compiler compares types.

/// The version of the header that this was compiled with.
@c @implementation
public func mle_player_api_version() -> Int32 { MLE_PLAYER_API_VERSION }

/// Bytes of a player.
@c @implementation
public func mle_player_size() -> Int { MemoryLayout<PlayerState>.size }

/// Checks a blob and makes a player.
@c @implementation
public func mle_player_open(
  _ player: OpaquePointer?, _ playerSize: Int, _ blob: UnsafeRawPointer?, _ blobLength: Int
) -> mle_status {
  status { () throws(Refusal) in
    guard let player, let blob else { throw .nullPointer }
    guard isAligned(player, to: MemoryLayout<PlayerState>.alignment),
      isAligned(OpaquePointer(blob), to: workingAlignment)
    else { throw .misaligned }
    guard size(playerSize) >= MemoryLayout<PlayerState>.size else { throw .tooSmall }
    let state = UnsafeMutablePointer<PlayerState>(player)
    state.initialize(to: PlayerState(try bytes(blob, blobLength)))
    guard state.pointee.model != nil else { throw .badBlob }
  }
}

/// Bytes of working memory; 0 where they cannot be told.
@c @implementation
public func mle_player_memory_size(_ player: OpaquePointer?, _ threads: UInt32) -> Int {
  do throws(Refusal) {
    return try sizeOfWorkingMemory(for: PlayerState.opened(player).model, threads: threads)
  } catch {
    return 0
  }
}

/// Scores the golden events.
@c @implementation
public func mle_player_self_test(
  _ player: OpaquePointer?, _ memory: UnsafeMutableRawPointer?, _ memorySize: Int
) -> mle_status {
  status { () throws(Refusal) in
    let (state, model) = try PlayerState.opened(player)
    var scorer = try scorer(of: model, memory, memorySize, threads: 2)
    state.pointee.scorer = nil
    state.pointee.scored = nil
    state.pointee.mismatch = nil
    do throws(GoldenMismatch) {
      try scorer.runGoldenEvents()
    } catch {
      state.pointee.mismatch = error
      throw .selfTestFailed
    }
  }
}

/// Begins to score.
@c @implementation
public func mle_player_start(
  _ player: OpaquePointer?, _ memory: UnsafeMutableRawPointer?, _ memorySize: Int,
  _ threads: UInt32
) -> mle_status {
  status { () throws(Refusal) in
    let (state, model) = try PlayerState.opened(player)
    state.pointee.scorer = try scorer(of: model, memory, memorySize, threads: threads)
    state.pointee.scored = nil
  }
}

/// Of blobs and working memory: a cache line.
private let workingAlignment = 64

private func scorer(
  of model: Model, _ memory: UnsafeMutableRawPointer?, _ memorySize: Int, threads: UInt32
) throws(Refusal) -> Scorer {
  guard let memory else { throw .nullPointer }
  guard isAligned(OpaquePointer(memory), to: workingAlignment) else { throw .misaligned }
  let needed = try sizeOfWorkingMemory(for: model, threads: threads)
  guard size(memorySize) >= needed else { throw .tooSmall }
  return Scorer(
    model: model, memory: UnsafeMutableRawBufferPointer(start: memory, count: needed),
    threads: Int(threads))
}

/// Checks first, with room to spare, that no size on the way overflows where `Int` has 32 bits.
private func sizeOfWorkingMemory(for model: Model, threads: UInt32) throws(Refusal) -> Int {
  guard (2...65_536).contains(threads) else { throw .badCapacity }
  let slots = UInt64(threads) * UInt64(Scorer.bytesPerThread(of: model))
  guard slots < UInt64(Int.max / 2) else { throw .badCapacity }
  return Scorer.byteCount(for: model, threads: Int(threads))
}
