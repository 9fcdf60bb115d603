/// Replaces a share of the inputs by the unknown state, so that the network learns to go on after
/// an event that training never saw.
///
/// Whether an event is replaced depends on seed, epoch and the event alone: it is the same in every
/// segment that has it as context.
struct UnknownInputs {
  private let key: UInt64
  private let threshold: UInt64

  /// - Parameter rate: share of inputs that are replaced, in 0..<1.
  init(seed: UInt64, epoch: Int, rate: Double) {
    key = RandomStream.key(seed: seed, .unknownInput, epoch)
    threshold = UInt64(rate * 0x1p64)
  }

  /// Replaces among the `inputs` from position `first` on, which are the states of `events`.
  func replace(_ inputs: inout [UInt16], from first: Int, events: Range<Int>) {
    guard threshold > 0 else { return }
    for (offset, event) in events.enumerated()
    where CounterHash.mix(key &+ UInt64(event)) < threshold {
      inputs[first + offset] = 0
    }
  }
}
