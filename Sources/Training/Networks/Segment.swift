/// A stretch of one thread's states: predict `targets` from what came before.
///
/// The last `targets.count` positions of `inputs` predict the targets: such an input is the state
/// just before its target. The inputs before them are context and carry no loss; more than the
/// receptive field - 1 of them change nothing. Input 0 (unknown) starts a thread with no past, and
/// a target 0 carries no loss.
struct Segment: Equatable {
  /// States, each below V; at least as many as targets.
  var inputs: [UInt16]
  /// States, each below V.
  var targets: [UInt16]

  /// - Precondition: there are at least as many inputs as targets.
  init(inputs: [UInt16], targets: [UInt16]) {
    precondition(
      inputs.count >= targets.count, "\(inputs.count) inputs for \(targets.count) targets")
    self.inputs = inputs
    self.targets = targets
  }

  /// Targets that carry a loss.
  var lossCount: Int { targets.count { $0 != 0 } }

  /// Stops the program where a state is not in the vocabulary: whoever made the segment is to have
  /// checked that, and reading past an embedding would be worse.
  func check(vocabularySize: Int) {
    precondition(inputs.count >= targets.count, "fewer inputs than targets")
    let largest = max(inputs.max() ?? 0, targets.max() ?? 0)
    precondition(
      Int(largest) < vocabularySize, "state \(largest) in a vocabulary of \(vocabularySize)")
  }
}

extension [Segment] {
  /// Targets of all segments that carry a loss.
  var lossCount: Int { reduce(0) { $0 + $1.lossCount } }
}
