import ModelFormat
import Scoring

/// A detection channel of one thread, outside of a scorer and with its bits.
struct RunningChannel {
  let channel: DetectionChannel
  private var state = ChannelState()
  /// The latest surprises of a window; of an `ewma` nothing that counts.
  private var ring: [UInt32]

  /// Of a thread without events.
  init(_ channel: DetectionChannel) {
    self.channel = channel
    ring = Array(repeating: 0, count: channel.kind == .window ? channel.length : 1)
  }

  /// The mean so far.
  var score: Score { state.score }

  /// Takes the thread's next event.
  mutating func add(_ surprise: Surprise) {
    var next = state
    ring.withUnsafeMutableBufferPointer { ring in
      guard let base = ring.baseAddress else { return }
      next.add(surprise, to: channel, ring: base)
    }
    state = next
  }
}
