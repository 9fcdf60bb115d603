import CMLEPlayer
import KernelTrace
import ModelFormat
import Scoring

/// What a caller's memory holds once it is an open `mle_player`.
struct PlayerState {
  /// Tells a player from memory that none was made in.
  private let mark = Self.mark
  /// Absent where the blob was refused.
  var model: Model?
  /// Why the blob was refused.
  var modelError: ModelFormatError?
  /// What the latest self-test found.
  var mismatch: GoldenMismatch?
  /// Present from the start on.
  var scorer: Scorer?
  /// What the latest push came to, until the player is told something else.
  var scored: ScoredEvent?

  private static let mark: UInt64 = 0x4d4c_452d_504c_5931

  init(_ blob: UnsafeRawBufferPointer) {
    do throws(ModelFormatError) {
      model = try Model(bytes: blob)
    } catch {
      modelError = error
    }
  }

  /// The player at an address, nil where none was made there.
  static func made(at player: OpaquePointer?) -> UnsafeMutablePointer<PlayerState>? {
    guard let player, isAligned(player, to: MemoryLayout<PlayerState>.alignment) else {
      return nil
    }
    let state = UnsafeMutablePointer<PlayerState>(player)
    return state.pointee.mark == mark ? state : nil
  }

  /// A player that knows its blob.
  static func opened(
    _ player: OpaquePointer?
  ) throws(Refusal) -> (state: UnsafeMutablePointer<PlayerState>, model: Model) {
    guard player != nil else { throw .nullPointer }
    guard let state = made(at: player), let model = state.pointee.model else { throw .notReady }
    return (state, model)
  }

  /// A player with a scorer.
  static func started(
    _ player: OpaquePointer?
  ) throws(Refusal) -> UnsafeMutablePointer<PlayerState> {
    guard player != nil else { throw .nullPointer }
    guard let state = made(at: player), state.pointee.scorer != nil else { throw .notReady }
    return state
  }
}

/// Whether `address` is a multiple of `alignment`, a power of 2.
func isAligned(_ address: OpaquePointer, to alignment: Int) -> Bool {
  UInt(bitPattern: address) & UInt(alignment - 1) == 0
}

/// The caller's `length` bytes at `start`. What is over half of the address space is no length that
/// memory can have, and as good as that half.
func bytes(_ start: UnsafeRawPointer?, _ length: Int) throws(Refusal) -> UnsafeRawBufferPointer {
  guard start != nil || length == 0 else { throw .nullPointer }
  return UnsafeRawBufferPointer(start: start, count: size(length))
}

/// A `size_t`, which Swift takes for a signed number, as one that is not negative.
func size(_ length: Int) -> Int { length < 0 ? .max : length }
