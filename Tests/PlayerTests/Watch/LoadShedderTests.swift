import Testing

@testable import Player

@Suite struct LoadShedderTests {
  private let millisecond: UInt64 = 1_000_000

  /// Notes the same lag every 10 ms; gives the levels.
  private func levels(
    _ shedder: inout LoadShedder, lag: UInt64, _ milliseconds: ClosedRange<Int>
  ) -> [Int] {
    stride(from: milliseconds.lowerBound, through: milliseconds.upperBound, by: 10).map {
      _ = shedder.note(lag: lag, at: UInt64(1000 + $0) * millisecond)
      return shedder.level
    }
  }

  @Test func nobodyIsShedWhileScoringKeepsUp() {
    var shedder = LoadShedder(seed: 1)
    let levels = levels(&shedder, lag: LoadShedder.longestLag, 0...10_000)
    #expect(levels.allSatisfy { $0 == 0 })
    for pid: UInt32 in 0..<5000 { #expect(!shedder.sheds(pid)) }
  }

  @Test func aShortDelayShedsNobody() {
    var shedder = LoadShedder(seed: 1)
    for start in stride(from: 0, to: 2000, by: 200) {
      let behind = levels(&shedder, lag: 500 * millisecond, start...(start + 90))
      let after = levels(&shedder, lag: 0, (start + 100)...(start + 100))
      #expect((behind + after).allSatisfy { $0 == 0 })
    }
  }

  @Test func theLevelRisesStepByStepAndLeavesOneShare() {
    var shedder = LoadShedder(seed: 1)
    let levels = levels(&shedder, lag: 81 * millisecond, 0...2000)
    // After 100 ms, then every 50.
    #expect(levels[9] == 0 && levels[10] == 1 && levels[14] == 1 && levels[15] == 2)
    #expect(levels[20] == 3 && levels.last == 15)
    #expect((UInt32(1)..<5000).contains { !shedder.sheds($0) })
  }

  @Test func theLevelFallsAfterTwoSecondsOfKeepingUp() {
    var shedder = LoadShedder(seed: 1)
    _ = levels(&shedder, lag: 100 * millisecond, 0...150)
    #expect(shedder.level == 2)
    let falling = levels(&shedder, lag: 1, 160...4200)
    // The last lag was at 150.
    #expect(falling[198] == 2 && falling[199] == 1)
    #expect(falling[398] == 1 && falling[399] == 0)
  }

  /// Over 40 ms it does not keep up, though below 80 nobody more is shed.
  @Test func theLevelStaysWhileScoringIsHalfBehind() {
    var shedder = LoadShedder(seed: 1)
    _ = levels(&shedder, lag: 100 * millisecond, 0...150)
    let staying = levels(&shedder, lag: 41 * millisecond, 160...5000)
    #expect(staying.allSatisfy { $0 == 2 })
    // The last lag was at 5000.
    let falling = levels(&shedder, lag: 40 * millisecond, 5010...7000)
    #expect(falling[198] == 2 && falling[199] == 1)
  }

  @Test(arguments: [0, 1, 0x8000_0000, 0xdead_beef] as [UInt32]) func sharesAreEven(seed: UInt32) {
    let shedder = LoadShedder(seed: seed)
    var counts = [Int](repeating: 0, count: LoadShedder.shares)
    for pid: UInt32 in 1...32_768 { counts[shedder.share(of: pid)] += 1 }
    for count in counts { #expect((1900...2200).contains(count)) }
  }

  @Test func whoIsShedFirstDependsOnTheSeed() {
    let (one, other) = (LoadShedder(seed: 1), LoadShedder(seed: 2))
    let first = (UInt32(1)...4096).filter { one.share(of: $0) == 0 }
    var shares = Set<Int>()
    for pid in first { shares.insert(other.share(of: pid)) }
    // Neither the same share nor another one as a whole.
    #expect(shares.count == LoadShedder.shares)
  }
}
