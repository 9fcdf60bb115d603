import Testing

@testable import Player

@Suite struct LoadShedderTests {
  private let millisecond: UInt64 = 1_000_000

  @Test func nobodyIsShedWhileScoringKeepsUp() {
    var shedder = LoadShedder()
    for time in 1...1000 {
      #expect(!shedder.note(lag: LoadShedder.longestLag, at: UInt64(time) * 10 * millisecond))
    }
    #expect(shedder.level == 0)
    for pid: UInt32 in 0..<5000 { #expect(!shedder.sheds(pid)) }
  }

  @Test func theLevelRisesEvery50MillisecondsAndLeavesOneShare() {
    var shedder = LoadShedder()
    let start = 1000 * millisecond
    #expect(shedder.note(lag: 81 * millisecond, at: start))
    #expect(!shedder.note(lag: 81 * millisecond, at: start + 49 * millisecond))
    #expect(shedder.note(lag: 81 * millisecond, at: start + 50 * millisecond))
    #expect(shedder.level == 2)
    for step in 2..<100 {
      _ = shedder.note(lag: 5000 * millisecond, at: start + UInt64(step) * 50 * millisecond)
    }
    #expect(shedder.level == 15)
    #expect((UInt32(1)..<5000).contains { !shedder.sheds($0) })
  }

  @Test func theLevelFallsAfterTwoSecondsOfKeepingUp() {
    var shedder = LoadShedder()
    let start = 1000 * millisecond
    _ = shedder.note(lag: 100 * millisecond, at: start)
    _ = shedder.note(lag: 100 * millisecond, at: start + 50 * millisecond)
    #expect(shedder.level == 2)
    #expect(!shedder.note(lag: 41 * millisecond, at: start + 1500 * millisecond))
    #expect(!shedder.note(lag: 1, at: start + 3499 * millisecond))
    #expect(shedder.note(lag: 1, at: start + 3500 * millisecond))
    #expect(!shedder.note(lag: 1, at: start + 5499 * millisecond))
    #expect(shedder.note(lag: 1, at: start + 5500 * millisecond))
    #expect(shedder.level == 0)
  }

  @Test func sharesAreEvenAndFixed() {
    var counts = [Int](repeating: 0, count: LoadShedder.shares)
    for pid: UInt32 in 1...32_768 { counts[LoadShedder.share(of: pid)] += 1 }
    for count in counts { #expect((1900...2200).contains(count)) }
    // By hand: 0x9e3779b1 >> 28, and twice that in 32 bits.
    #expect(LoadShedder.share(of: 1) == 9)
    #expect(LoadShedder.share(of: 2) == 3)
  }
}
