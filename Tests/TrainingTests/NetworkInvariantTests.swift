import ModelFormat
import Testing

@testable import Training

struct NetworkInvariantTests {
  /// V 3, C 1, K 2, dilation 1; every number fits in the head.
  @Test func theSmallestNetworkIsWhatOneWorksOutByHand() throws {
    let architecture = try NetworkCase.tcn(states: 3, channels: 1, kernel: 2, [1])
    let parameters: [Float] = [
      1, 2, -4,  // embedding
      3, 5, -1,  // convolution: older tap, present tap; bias
      0.5, 0.25,  // mix weight, bias
      1, -1, 2, 0, 10, 20,  // head weight, bias
    ]
    let segment = Segment(inputs: [1, 2, 0], targets: [1, 1, 1])
    // a = 5 * 2 - 1 = 9; 3 * 2 + 5 * -4 - 1 < 0; 3 * -4 + 5 * 1 - 1 < 0
    // y = 2 + 4.5 + 0.25; -4 + 0.25; 1 + 0.25
    let y: [Float] = [6.75, -3.75, 1.25]
    #expect(
      Runner(architecture).logits(segment, parameters)
        == y.flatMap { [$0, 10 - $0, 20 + 2 * $0] })
  }

  /// Cutting a thread into segments with enough context changes no bit of any logit where rows are
  /// computed one by one; in pairs, which row has which partner is rounded differently.
  @Test(arguments: [(false, false), (true, false), (false, true)], [12, 20])
  func cuttingAThreadChangesNoLogit(kind: (gated: Bool, tied: Bool), channels: Int) throws {
    let architecture = try NetworkCase.tcn(
      states: 50, channels: channels, kernel: 3, [1, 2, 4], gated: kind.gated, tied: kind.tied)
    let run = NetworkCase(architecture, seed: 6, scale: 0.3, inputs: 90, targets: 90)
    let runner = Runner(architecture)
    let whole = runner.logits(run.segment, run.parameters)
    for start in [1, 13, 14, 15, 40, 89] {
      let context = min(start, architecture.receptiveField - 1)
      let cut = Segment(
        inputs: Array(run.segment.inputs[(start - context)...]),
        targets: Array(run.segment.targets[start...]))
      let (found, expected) = (runner.logits(cut, run.parameters), Array(whole[(start * 50)...]))
      #expect(relativeError(found, expected) <= (channels == 12 ? 0 : 1e-6))
    }
  }

  @Test func contextBeyondTheReceptiveFieldChangesNothing() throws {
    let architecture = try NetworkCase.tcn(states: 9, channels: 5, kernel: 2, [1, 3])
    let run = NetworkCase(architecture, seed: 6, scale: 0.3, inputs: 40, targets: 10)
    var other = run.segment
    let unseen = 40 - 10 - (architecture.receptiveField - 1)
    for index in 0..<unseen { other.inputs[index] = (other.inputs[index] + 1) % 9 }
    let runner = Runner(architecture)
    #expect(runner.gradient(of: other, run.parameters) == run.gradient())
    other.inputs[unseen] = (other.inputs[unseen] + 1) % 9
    #expect(runner.gradient(of: other, run.parameters) != run.gradient())
  }

  @Test func inputsMissingInAWindowCountAsUnknown() throws {
    let architecture = try NetworkCase.window(states: 17, window: 10)
    let run = NetworkCase(architecture, seed: 6, scale: 0.2, inputs: 4, targets: 4)
    let filled = Segment(
      inputs: [UInt16](repeating: 0, count: 20) + run.segment.inputs,
      targets: run.segment.targets)
    let runner = Runner(architecture)
    #expect(runner.gradient(of: filled, run.parameters) == run.gradient())
  }

  @Test(arguments: NetworkTests.cases)
  func unknownTargetsCarryNoLoss(run: NetworkCase) {
    var segment = run.segment
    segment.targets = segment.targets.map { _ in 0 }
    let result = Runner(run.architecture).gradient(of: segment, run.parameters)
    #expect(result.loss == 0)
    #expect(result.gradient.allSatisfy { $0 == 0 })
    #expect(segment.lossCount == 0)
  }

  @Test(arguments: NetworkTests.cases)
  func anEmptySegmentDoesNothing(run: NetworkCase) {
    let runner = Runner(run.architecture)
    for segment in [Segment(inputs: [], targets: []), Segment(inputs: [1], targets: [])] {
      let result = runner.gradient(of: segment, run.parameters)
      #expect(result.loss == 0 && result.gradient.allSatisfy { $0 == 0 })
      #expect(runner.logits(segment, run.parameters).isEmpty)
    }
  }

  /// A workspace that has seen a longer segment, other parameters and dropout leaves no trace.
  @Test(arguments: NetworkTests.cases)
  func aUsedWorkspaceGivesTheSameBits(run: NetworkCase) {
    let other = NetworkCase(run.architecture, seed: 99, scale: 2, inputs: 400, targets: 350)
    let runner = Runner(run.architecture)
    let dropout = Dropout(rate: 0.3, key: 8)
    _ = runner.gradient(of: other.segment, other.parameters, dropout: dropout)
    #expect(runner.gradient(of: run.segment, run.parameters) == run.gradient())
    #expect(
      runner.gradient(of: run.segment, run.parameters, dropout: dropout)
        == run.gradient(dropout: dropout))
    #expect(
      runner.logits(run.segment, run.parameters)
        == Runner(run.architecture).logits(run.segment, run.parameters))
  }

  @Test func threadsGiveTheSameBits() async throws {
    let run = NetworkTests.cases[2]
    let (architecture, parameters, segment) = (run.architecture, run.parameters, run.segment)
    let dropout = Dropout(rate: 0.2, key: 4)
    let expected = run.gradient(dropout: dropout)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          Runner(architecture).gradient(of: segment, parameters, dropout: dropout) == expected
        }
      }
      for await isSame in group { #expect(isSame) }
    }
  }

  @Test func theGradientIsAddedToWhatIsThere() throws {
    let run = NetworkTests.cases[1]
    guard case .tcn(let shape) = run.architecture else {
      Issue.record("another network")
      return
    }
    let network = TCNNetwork(shape)
    var gradient = [Float](repeating: 1, count: run.parameters.count)
    _ = network.accumulateGradient(
      of: run.segment, parameters: run.parameters, dropout: nil, into: &gradient,
      workspace: network.makeWorkspace())
    #expect(relativeError(gradient, run.gradient().gradient.map { 1 + $0 }) < 1e-7)
  }

  @Test func parametersBeyondHopeGiveNotANumber() throws {
    let run = NetworkTests.cases[5]
    var parameters = run.parameters
    parameters[parameters.count - 3] = .nan
    #expect(Runner(run.architecture).gradient(of: run.segment, parameters).loss.isNaN)
  }
}
