import Foundation
import ModelFormat
import TestSupport
import Testing

@testable import Player

@Suite struct CaptureStatesTests {
  private let model = TestModel(
    TestModel.tcn(
      vocabulary: 40, channels: 1, kernel: 2, dilations: [1], activation: .relu, isTied: true),
    seed: 1
  )

  private func withStates<Result>(_ body: (inout CaptureStates) throws -> Result) rethrows -> Result
  {
    let count = CaptureStates.byteCount(for: model.model)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
    memory.initializeMemory(as: UInt8.self, repeating: 0xff, count: count)
    defer { memory.deallocate() }
    var states = CaptureStates(model.model, memory: memory)
    return try body(&states)
  }

  @Test func idsThatWereNotNamedAreUnknown() {
    withStates { states in
      for id in [0, 1, 7, UInt32.max] { #expect(states.state(of: id) == 0) }
      states.add(id: 7, state: 3)
      #expect(states.state(of: 7) == 3)
      for id in [0, 1, 8, UInt32.max] { #expect(states.state(of: id) == 0) }
    }
  }

  @Test(arguments: [UInt64(1), 2, 3]) func everyIDKeepsItsState(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    withStates { states in
      var expected: [UInt32: Int] = [:]
      for state in 1..<40 {
        // Neighbours and far apart, so that some meet in one place.
        let id =
          UInt32(truncatingIfNeeded: random.next()) >> UInt32.random(in: 0...24, using: &random)
        guard id > 0, expected[id] == nil else { continue }
        expected[id] = state
        states.add(id: id, state: state)
        for (id, state) in expected { #expect(states.state(of: id) == state) }
      }
    }
  }

  /// A capture may give many ids to names that a blob knows: the table must neither overflow nor
  /// search for ever.
  @Test func surplusIDsStayUnknown() {
    withStates { states in
      for id in 1...10_000 { states.add(id: UInt32(id), state: 1 + id % 39) }
      #expect(states.state(of: 1) == 2)
      #expect(states.state(of: 10_000) == 0)
      #expect((1...10_000).count { states.state(of: $0) != 0 } >= 40)
    }
  }

  @Test func namingAnIDAgainReplacesItsState() {
    withStates { states in
      for _ in 0..<1000 { states.add(id: 5, state: 1) }
      states.add(id: 5, state: 2)
      states.add(id: 6, state: 3)
      #expect(states.state(of: 5) == 2)
      #expect(states.state(of: 6) == 3)
    }
  }

  @Test func idZeroIsAlwaysUnknown() {
    withStates { states in
      states.add(id: 0, state: 3)
      #expect(states.state(of: 0) == 0)
    }
  }
}
