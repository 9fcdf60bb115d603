import Testing

@testable import Player

@Suite struct RateLimiterTests {
  private let second: UInt64 = 1_000_000_000

  @Test func aMinutesLinesMayComeAtOnceAndNoMore() {
    var limiter = RateLimiter(perMinute: 3)
    let first = (0..<3).map { _ in limiter.admit(at: 100 * second).isAdmitted }
    #expect(first == [true, true, true])
    var isAdmitted = limiter.admit(at: 100 * second).isAdmitted
    #expect(!isAdmitted)
    isAdmitted = limiter.admit(at: 119 * second).isAdmitted
    #expect(!isAdmitted)
    // A third of a minute is one line.
    let next = limiter.admit(at: 120 * second)
    #expect(next.isAdmitted)
    #expect(next.suppressed == 2)
    #expect(limiter.suppressed == 0)
    isAdmitted = limiter.admit(at: 120 * second).isAdmitted
    #expect(!isAdmitted)
  }

  @Test func whatAlwaysPassesTakesWhatThereIs() {
    var limiter = RateLimiter(perMinute: 2)
    for _ in 0..<5 {
      let isAdmitted = limiter.admit(at: 100 * second, always: true).isAdmitted
      #expect(isAdmitted)
    }
    var isAdmitted = limiter.admit(at: 100 * second).isAdmitted
    #expect(!isAdmitted)
    let next = limiter.admit(at: 101 * second, always: true)
    #expect(next.isAdmitted && next.suppressed == 1)
    isAdmitted = limiter.admit(at: 131 * second).isAdmitted
    #expect(isAdmitted)
  }

  @Test func longSilenceSavesNoMoreThanAMinute() {
    var limiter = RateLimiter(perMinute: 2)
    _ = limiter.admit(at: second)
    var admitted = 0
    for _ in 0..<10 where limiter.admit(at: 1_000_000 * second).isAdmitted { admitted += 1 }
    #expect(admitted == 2)
  }

  @Test func theLargestRateDoesNotOverflow() {
    var limiter = RateLimiter(perMinute: 100_000)
    var admitted = 0
    for index in 0..<200_000 where limiter.admit(at: UInt64(index + 1)).isAdmitted { admitted += 1 }
    #expect(admitted == 100_000)
  }
}
