import ModelFormat
import Scoring
import Testing

@testable import Evaluation

@Suite struct RuleForecastTests {
  /// Of 40 known processes and 20 unseen ones, of an event each, so many that score 5 nats, over a
  /// threshold of 2.
  private func forecast(
    known: Int, unseen: Int = 3, others: Float = 1, tails: [PeaksOverThreshold]? = nil
  ) throws -> RuleForecast {
    let files = try TestDataset()
    let dataset = try files.make((0..<60).map { _ in .init(states: [1]) })
    var surprises = OutOfFoldSurprises(
      blockOffsets: Array(0...60), clusters: (0..<60).map { UInt32($0) },
      folds: (0..<60).map { UInt8($0 < 40 ? $0 % 2 : 2) }, foldCount: 3, unseenFolds: 1,
      dataDigest: "", configuration: "", seed: 1, createdBy: "tests")
    surprises.units = (0..<60).map { process in
      let isHigh = process < 40 ? process < known : process < 40 + unseen
      return Surprise(nats: isHigh ? 5 : others).units
    }
    let scores = try OutOfFoldScores(
      surprises, of: dataset, channels: [DetectionChannel(.window, 1, minimumEvents: 1)],
      unknown: .cap)
    return RuleForecast("max:1", [Surprise(nats: 2)], scores, tails: tails)
  }

  @Test func alarmsAreCountedAndThoseOfUnseenDataForetold() throws {
    let forecast = try forecast(known: 12)
    #expect(forecast.incidents == 12 && forecast.events == 40)
    #expect(forecast.expected == 12)
    // SciPy's nbinom(12.5, 1/2), and nbinom(12.5, 2/3) for half as many events.
    #expect(forecast.predicted == 5...21)
    let unseen = try #require(forecast.unseen)
    #expect(unseen.incidents == 3 && unseen.events == 20)
    #expect(unseen.predicted == 2...12)
  }

  @Test func aDayHasItsShareOfThem() throws {
    let forecast = try forecast(known: 12)
    // 40 events are 4 days.
    #expect(
      forecast.text(eventsPerDay: 10).hasSuffix(
        ", 12 false alarms out of fold; 3 a day (90 %: 1.25 to 5.25);"
          + " unseen data: 3, 2 to 12 were to be expected"))
    #expect(
      forecast.text(eventsPerDay: nil).hasSuffix(
        ", 12 false alarms out of fold; unseen data: 3, 2 to 12 were to be expected"))
    #expect(
      try self.forecast(known: 1).text(eventsPerDay: nil).contains(", 1 false alarm out of fold"))
  }

  /// Those just below the threshold may be over it by another network.
  @Test func aNetworkMayScoreALittleHigher() throws {
    let forecast = try forecast(known: 12, others: 1.9)
    #expect(forecast.incidents == 12)
    #expect(forecast.predicted.upperBound > 30)
  }

  /// 80 of 100 peaks are over 2 nats.
  @Test(arguments: [(9, 32.0), (10, 10)])
  func fewerThanTenAreExtrapolated(known: Int, expected: Double) throws {
    let tail = try #require(PeaksOverThreshold((1...100).map { Double($0) / 10 }))
    let forecast = try forecast(known: known, tails: [tail])
    #expect(abs(forecast.expected - expected) < 1e-9)
  }
}
