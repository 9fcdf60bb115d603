import Testing

@testable import Player

@Suite struct ResponsePolicyTests {
  private func policy(
    _ mode: WatchMode, delay: UInt64 = 7, onLossy: Bool = false, budget: Int = 1
  ) -> ResponsePolicy {
    ResponsePolicy(
      mode: mode, killDelay: delay, killsOnLossy: onLossy, budget: KillBudget(limit: budget))
  }

  @Test func onlyEnforcementActs() {
    #expect(policy(.observe).response(to: ResponseFacts(), at: 5) == .observed)
    #expect(policy(.alert).response(to: ResponseFacts(), at: 5) == .alerted)
    #expect(policy(.enforce).response(to: ResponseFacts(), at: 5) == .stopped(killTime: 12))
    #expect(policy(.enforce, delay: 0).response(to: ResponseFacts(), at: 5) == .killed)
  }

  @Test func someAreAlwaysSpared() {
    let policy = policy(.enforce, onLossy: true)
    #expect(
      policy.response(to: ResponseFacts(isProtected: true), at: 5) == .spared(.protected))
    #expect(policy.response(to: ResponseFacts(isAllowed: true), at: 5) == .spared(.allowed))
    #expect(
      policy.response(to: ResponseFacts(isAllowed: true, isProtected: true), at: 5)
        == .spared(.protected))
  }

  @Test func aLossSparesUnlessToldOtherwise() {
    let lossy = ResponseFacts(isLossy: true)
    #expect(policy(.enforce).response(to: lossy, at: 5) == .spared(.lossy))
    #expect(policy(.enforce, onLossy: true).response(to: lossy, at: 5) == .stopped(killTime: 12))
    #expect(policy(.alert).response(to: lossy, at: 5) == .alerted)
  }

  @Test func aSpentBudgetSpares() {
    var policy = policy(.enforce)
    policy.budget.spend(at: 5)
    #expect(policy.response(to: ResponseFacts(), at: 6) == .spared(.budgetSpent))
    #expect(
      self.policy(.enforce, budget: 0).response(to: ResponseFacts(), at: 6)
        == .spared(.budgetSpent))
  }
}
