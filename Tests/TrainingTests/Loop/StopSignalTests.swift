import Foundation
import TestSupport
import Testing

@testable import Training

@Suite(.serialized) struct StopSignalTests {
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func theFirstSignalOnlySetsTheFlag(signal number: Int32) {
    StopSignal.watch()
    #expect(StopSignal.number == nil)
    kill(getpid(), number)
    eventually { StopSignal.number != nil }
    #expect(StopSignal.number == number)
    StopSignal.watch()
    #expect(StopSignal.number == nil)
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
  }

  @Test func whatTheProgramWasStartedToIgnoreStaysIgnored() {
    signal(SIGHUP, SIG_IGN)
    StopSignal.watch()
    kill(getpid(), SIGHUP)
    usleep(50_000)
    #expect(StopSignal.number == nil)
    kill(getpid(), SIGTERM)
    eventually { StopSignal.number != nil }
    #expect(StopSignal.number == SIGTERM)
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
  }
}
