import Foundation
import ModelFormat
import Testing

@testable import Training

struct RandomStreamTests {
  @Test func theNumbersAreThoseOfSplitMix64() {
    // From the reference implementation (Vigna, splitmix64.c) with the state 1234567.
    var stream = RandomStream(seed: 1_234_567)
    #expect(stream.next() == 6_457_827_717_110_365_317)
    #expect(stream.next() == 3_203_168_211_198_807_973)
  }

  @Test func integersAreEvenlySpread() {
    var stream = RandomStream(seed: 4)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70000 { counts[stream.nextInteger(below: 7)] += 1 }
    // Five standard deviations of a binomial of mean 10,000.
    #expect(counts.allSatisfy { abs($0 - 10000) < 463 })
    #expect(stream.nextInteger(below: 1) == 0)
  }

  @Test func shufflingKeepsEveryElement() {
    var stream = RandomStream(seed: 5)
    var array = Array(0..<100)
    stream.shuffle(&array)
    #expect(array != Array(0..<100))
    #expect(array.sorted() == Array(0..<100))
    var (again, empty) = (RandomStream(seed: 5), [Int]())
    var same = Array(0..<100)
    again.shuffle(&same)
    #expect(same == array)
    again.shuffle(&empty)
    #expect(empty.isEmpty)
  }

  @Test func keysDifferWithEveryCounterAndTheirOrder() {
    let keys = [
      RandomStream.key(seed: 1), RandomStream.key(seed: 2), RandomStream.key(seed: 1, 0),
      RandomStream.key(seed: 1, 1), RandomStream.key(seed: 1, 0, 1),
      RandomStream.key(seed: 1, 1, 0),
    ]
    #expect(Set(keys).count == keys.count)
  }
}

struct DropoutTests {
  private func apply(_ dropout: Dropout, layer: Int, firstRow: Int, rows: Int) -> [Float] {
    let mask = DropoutMask(dropout, layer: layer, firstRow: firstRow)
    var h = [Float](repeating: 1, count: rows * 64)
    reluForward(&h, rows: rows, columns: 64, mask: mask)
    return h
  }

  @Test(arguments: [0, 0.1, 0.5, 0.9] as [Float])
  func theRateIsKeptAndSoIsTheMean(rate: Float) {
    let h = apply(Dropout(rate: rate, key: 11), layer: 2, firstRow: 0, rows: 2000)
    let scale = 1 / (1 - rate)
    #expect(h.allSatisfy { $0 == 0 || $0 == scale })
    let dropped = Double(h.count { $0 == 0 })
    let deviation = (Double(h.count) * Double(rate) * Double(1 - rate)).squareRoot()
    #expect(abs(dropped - Double(h.count) * Double(rate)) <= 5 * deviation)
  }

  @Test func aMaskDependsOnPositionNotOnWhereItIsCutFrom() {
    let dropout = Dropout(rate: 0.3, key: 5)
    let whole = apply(dropout, layer: 1, firstRow: 10, rows: 20)
    #expect(apply(dropout, layer: 1, firstRow: 15, rows: 15) == Array(whole[(5 * 64)...]))
  }

  @Test func keysLayersRowsAndChannelsAreIndependent() {
    let base = apply(Dropout(rate: 0.5, key: 5), layer: 1, firstRow: 0, rows: 500)
    for other in [
      apply(Dropout(rate: 0.5, key: 6), layer: 1, firstRow: 0, rows: 500),
      apply(Dropout(rate: 0.5, key: 5), layer: 2, firstRow: 0, rows: 500),
      apply(Dropout(rate: 0.5, key: 5), layer: 1, firstRow: 1, rows: 500),
      Array(base[1...] + base[..<1]), Array(base[16...] + base[..<16]),
    ] {
      // Independent bits agree in half of the places: five standard deviations.
      let equal = zip(base, other).count { $0 == $1 }
      #expect(abs(equal - base.count / 2) < 450)
    }
  }
}

struct ParameterInitializationTests {
  @Test func variancesFollowTheirFanInAndBiasesAreZero() throws {
    let architecture = try NetworkCase.tcn(states: 300, channels: 48, kernel: 3, [1, 2, 4, 8])
    let parameters = architecture.initialParameters(seed: 3)
    #expect(parameters.count == architecture.parameterCount)
    var offset = 0
    for index in 0..<architecture.tensorCount {
      let shape = architecture.tensor(at: index)
      let values = parameters[offset..<offset + shape.count]
      offset += shape.count
      let expected: Double
      switch shape.role {
      case .embedding, .headWeight: expected = 1 / 48
      case .convolutionWeight: expected = 2 / (3.0 * 48)
      case .mixWeight: expected = 1 / 48.0 / 4
      default:
        #expect(values.allSatisfy { $0 == 0 })
        continue
      }
      let variance = values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)
      #expect(abs(variance / expected - 1) < 0.1, "\(shape.role)")
    }
  }

  @Test func seedsGiveParametersOfTheirOwn() throws {
    let architecture = try NetworkCase.window(states: 17, window: 10)
    let one = architecture.initialParameters(seed: 1)
    #expect(one == architecture.initialParameters(seed: 1))
    #expect(one != architecture.initialParameters(seed: 2))
  }

  @Test(arguments: [false, true])
  func aFreshNetworkIsNearlyUndecided(tied: Bool) throws {
    for architecture in [
      try NetworkCase.tcn(states: 200, channels: 32, kernel: 3, [1, 2, 4, 8, 16], tied: tied),
      try NetworkCase.tcn(
        states: 200, channels: 32, kernel: 3, [1, 2, 4, 8, 16], gated: true, tied: tied),
      try NetworkCase.window(states: 200, window: 10),
    ] {
      let run = NetworkCase(architecture, seed: 8, scale: 1, inputs: 300, targets: 300)
      let parameters = architecture.initialParameters(seed: 1)
      let loss = Runner(architecture).loss(run.segment, parameters)
      let mean = loss / Double(run.segment.lossCount)
      #expect(abs(mean - log(200)) < 1)
    }
  }
}
