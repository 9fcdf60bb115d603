import ModelFormat
import TestSupport
import Testing

@testable import Training

struct NetworkTests {
  /// Odd sizes: no multiple of 16, one channel, one target, more context than the receptive field,
  /// dilations longer than the segment, several panels of channels and of states.
  static let cases: [NetworkCase] = {
    var cases: [NetworkCase] = []
    func add(_ architecture: Architecture?, _ inputs: Int, _ targets: Int, _ scale: Float) {
      guard let architecture else { preconditionFailure("case \(cases.count) is no network") }
      cases.append(
        NetworkCase(
          architecture, seed: UInt64(cases.count + 1), scale: scale, inputs: inputs,
          targets: targets))
    }
    add(try? NetworkCase.tcn(states: 2, channels: 1, kernel: 2, [1]), 1, 1, 0.7)
    add(try? NetworkCase.tcn(states: 7, channels: 3, kernel: 8, [1, 1]), 9, 4, 0.5)
    add(
      try? NetworkCase.tcn(states: 33, channels: 17, kernel: 3, [1, 2, 4], gated: true), 70, 64, 0.3
    )
    add(
      try? NetworkCase.tcn(states: 129, channels: 33, kernel: 2, [8, 1], tied: true), 31, 31, 0.3)
    add(
      try? NetworkCase.tcn(states: 65, channels: 70, kernel: 3, [1, 2], gated: true, tied: true),
      50, 3, 0.2)
    add(try? NetworkCase.tcn(states: 40, channels: 64, kernel: 3, [1, 2, 4]), 61, 40, 0.2)
    add(try? NetworkCase.tcn(states: 12, channels: 16, kernel: 3, [64, 100]), 20, 20, 0.4)
    add(try? NetworkCase.tcn(states: 300, channels: 32, kernel: 3, [1, 2]), 300, 290, 0.3)
    add(try? NetworkCase.tcn(states: 30, channels: 40, kernel: 3, [20, 8, 5]), 90, 77, 0.2)
    add(
      try? NetworkCase.tcn(
        states: 50, channels: 32, kernel: 2, [1, 2, 9], gated: true, tied: true),
      70, 55, 0.3)
    add(try? NetworkCase.window(states: 17, window: 10), 100, 90, 0.2)
    add(try? NetworkCase.window(states: 70, window: 5), 4, 2, 0.2)
    add(try? NetworkCase.window(states: 5, window: 4), 7, 7, 0.2)
    add(try? NetworkCase.window(states: 30, window: 43), 50, 13, 0.15)
    return cases
  }()

  @Test func everyCaseIsThere() { #expect(NetworkTests.cases.count == 14) }

  @Test(arguments: cases, [0, .max])
  func logitsAndLossAreThoseOfTheDefinition(run: NetworkCase, batchTargets: Int) {
    let naive = NaiveNetwork(run.architecture, run.parameters.map { Double($0) })
    let runner = Runner(run.architecture, batchTargets: batchTargets)
    let expected = naive.logits(run.segment).flatMap { $0 }.map { Float($0) }
    #expect(relativeError(runner.logits(run.segment, run.parameters), expected) < 3e-6)
    let loss = naive.loss(run.segment)
    #expect(abs(runner.loss(run.segment, run.parameters) - loss) <= 3e-6 * loss)
    // The way back has the very loss of the way there.
    let result = run.gradient(batchTargets: batchTargets)
    #expect(result.loss == runner.loss(run.segment, run.parameters))
  }

  /// Against differences of the definition in Double, whose steps are too small to cross a kink.
  @Test(arguments: cases, [0, .max])
  func theGradientIsThatOfTheDefinition(run: NetworkCase, batchTargets: Int) {
    let check = GradientCheck(epsilon: 1e-7, limit: 150)
    let error = check.relativeError(
      of: run.gradient(batchTargets: batchTargets).gradient, at: run.parameters.map { Double($0) }
    ) { NaiveNetwork(run.architecture, $0).loss(run.segment) }
    #expect(error < 1e-5)
  }

  /// Tables are worth their making from two targets a state on.
  @Test func theSizeOfABatchDecidesAboutTables() throws {
    guard case .tcn(let shape) = try NetworkCase.tcn(states: 50, channels: 20, kernel: 3, [1, 2])
    else { return }
    let parameters = Architecture.tcn(shape).parameterCount
    #expect(TCNNetwork(shape, batchTargets: 99).gradientCount == parameters)
    #expect(TCNNetwork(shape, batchTargets: 100).gradientCount == parameters + 3 * 50 * 32)
    #expect(TCNNetwork(shape).gradientCount == parameters + 3 * 50 * 32)
  }

  /// Gated units are smooth, so that the fast loss itself can be differentiated.
  @Test func theGradientIsThatOfTheFastLossUnderDropout() throws {
    let architecture = try NetworkCase.tcn(
      states: 21, channels: 10, kernel: 3, [1, 2], gated: true)
    let run = NetworkCase(architecture, seed: 3, scale: 0.5, inputs: 25, targets: 20)
    let dropout = Dropout(rate: 0.4, key: 17)
    let runner = Runner(architecture)
    let result = run.gradient(dropout: dropout)
    let check = GradientCheck(epsilon: 1e-2)
    let error = check.relativeError(
      of: result.gradient, at: run.parameters.map { Double($0) }
    ) { runner.gradient(of: run.segment, $0.map { Float($0) }, dropout: dropout).loss }
    #expect(error < 1e-3)
    #expect(result.loss != run.gradient().loss)
  }

  @Test func aBrokenGradientIsFound() throws {
    let architecture = try NetworkCase.tcn(
      states: 21, channels: 10, kernel: 3, [1, 2], gated: true)
    let run = NetworkCase(architecture, seed: 3, scale: 0.5, inputs: 25, targets: 20)
    let parameters = run.parameters.map { Double($0) }
    let check = GradientCheck(epsilon: 1e-5)
    func error(_ gradient: [Float]) -> Double {
      check.relativeError(of: gradient, at: parameters) {
        NaiveNetwork(architecture, $0).loss(run.segment)
      }
    }
    var gradient = run.gradient().gradient
    #expect(error(gradient) < 1e-5)
    // A hundredth of one tensor, the first block's weights.
    for index in 210..<810 { gradient[index] *= 1.01 }
    #expect(error(gradient) > 1e-3)
  }

  @Test(arguments: [false, true])
  func dropoutOfTheWindowNetworkScalesItsGradientToo(drops: Bool) throws {
    let architecture = try NetworkCase.window(states: 9, window: 8)
    let run = NetworkCase(architecture, seed: 4, scale: 0.2, inputs: 60, targets: 60)
    let dropout = drops ? Dropout(rate: 0.5, key: 1) : nil
    let runner = Runner(architecture)
    let gradient = run.gradient(dropout: dropout).gradient
    // The head and the biases of layer 6: no ReLU's kink is between the first and the loss, few
    // are crossed by the others.
    let first = run.parameters.count - (64 * 9 + 9)
    let parameters = run.parameters.map { Double($0) }
    let error = GradientCheck(epsilon: 1e-2).relativeError(
      of: Array(gradient[first...]), at: Array(parameters[first...])
    ) { tail in
      let moved = parameters[..<first] + tail
      return runner.gradient(of: run.segment, moved.map { Float($0) }, dropout: dropout).loss
    }
    #expect(error < 1e-3)
    let hidden = first - 64..<first
    let hiddenError = GradientCheck(epsilon: 1e-3).relativeError(
      of: Array(gradient[hidden]), at: Array(parameters[hidden])
    ) { biases in
      let moved = parameters[..<hidden.lowerBound] + biases + parameters[first...]
      return runner.gradient(of: run.segment, moved.map { Float($0) }, dropout: dropout).loss
    }
    #expect(hiddenError < 2e-2)
  }
}
