import TestSupport
import Testing

@testable import Player

@Suite struct KillBudgetTests {
  private let minute: UInt64 = 60_000_000_000

  @Test func anHourHasNoMoreThanItsLimit() {
    var budget = KillBudget(limit: 2)
    #expect(budget.remaining(at: 5) == 2)
    budget.spend(at: 5)
    budget.spend(at: 10 * minute)
    #expect(budget.remaining(at: 10 * minute) == 0)
    #expect(budget.remaining(at: 60 * minute + 4) == 0)
    // The first one is an hour old.
    #expect(budget.remaining(at: 60 * minute + 5) == 1)
    budget.spend(at: 61 * minute)
    #expect(budget.remaining(at: 69 * minute) == 0)
    #expect(budget.remaining(at: 70 * minute) == 1)
  }

  @Test func aLimitOfNothingAllowsNothing() {
    #expect(KillBudget(limit: 0).remaining(at: 0) == 0)
    #expect(KillBudget(limit: 0).remaining(at: .max) == 0)
  }

  /// Against the definition: no window of an hour, wherever it begins, has more than the limit.
  @Test(arguments: [1, 3, 10]) func noHourAnywhereHasMore(limit: Int) {
    var generator = SplitMix64(seed: UInt64(limit))
    var budget = KillBudget(limit: limit)
    var (now, spent): (UInt64, [UInt64]) = (1, [])
    for _ in 0..<2000 {
      now += generator.next() % (20 * minute)
      guard budget.remaining(at: now) > 0 else {
        #expect(spent.filter { now - $0 < 60 * minute }.count == limit)
        continue
      }
      budget.spend(at: now)
      spent.append(now)
      #expect(spent.filter { now - $0 < 60 * minute }.count <= limit)
    }
    #expect(spent.count > limit)
  }
}
