import Testing

@testable import Player

@Suite struct ServiceManagerTests {
  /// An hour of microseconds needs 32 bits and more, whatever `Int` has.
  @Test func theWatchdogIsFedTwiceInItsTime() {
    #expect(ServiceManager.interval("10000000") == 5_000_000_000)
    #expect(ServiceManager.interval("3600000000") == 1_800_000_000_000)
    #expect(ServiceManager.interval("999999999999999") == 499_999_999_999_999_500)
    for text in ["0", "", "x", "-1", "1000000000000000"] {
      #expect(ServiceManager.interval(text) == nil)
    }
  }

  @Test func aNumberHasNoMoreDigitsThanFit() {
    #expect(Arguments.wideNumber("9999999999999999999", digits: 30) == 9_999_999_999_999_999_999)
    #expect(Arguments.wideNumber("99999999999999999999", digits: 30) == nil)
    #expect(Arguments.number("9999999999999999999", digits: 30) == nil)
  }
}
