import ModelFormat
import Scoring
import TestSupport
import Testing

@testable import Evaluation

@Suite struct FalseAlarmRateTests {
  private let files: TestDataset

  init() throws { files = try TestDataset() }

  @Test func aDayHas86400Seconds() throws {
    let second: UInt64 = 1_000_000_000
    let timed = try files.make([
      .init(states: [1, 2, 1], times: [5 * second, 6 * second, 7 * second])
    ])
    #expect(try timed.eventsPerDay() == 129_600)
    #expect(try files.make([.init(states: [1, 2])], name: "untimed.h5").eventsPerDay() == nil)
  }

  /// 100 processes of ten events score 0.1, 0.2 ... 10 nats; 1000 events a day are all of them.
  @Test func soManyProcessesADayAreOverTheThreshold() throws {
    let dataset = try files.make(
      (0..<100).map { _ in .init(states: .init(repeating: 1, count: 10)) })
    var surprises = OutOfFoldSurprises(
      blockOffsets: (0...100).map { 10 * $0 }, clusters: (0..<100).map { UInt32($0) },
      folds: (0..<100).map { UInt8($0 % 2) }, foldCount: 2, unseenFolds: 0, dataDigest: "",
      configuration: "", seed: 1, createdBy: "tests")
    surprises.units = (0..<1000).map { Surprise(nats: Float($0 / 10 + 1) / 10).units }
    var freezer = Freezer()
    freezer.outOfFold = surprises
    freezer.eventsPerDay = 1000
    freezer.choice = .falseAlarmsPerDay(20)
    let network = TestModel(
      TestModel.tcn(
        vocabulary: 12, channels: 5, kernel: 2, dilations: [1, 2], activation: .gated,
        isTied: true), seed: 8)
    let result = try freezer.freeze(network.description, calibrating: dataset)
    #expect(abs(result.channels[0].threshold.nats - 8) < 1e-5)
    #expect(result.forecasts[0].incidents == 20)
  }
}
