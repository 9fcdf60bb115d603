import CCPUFeatures
import Foundation
import Testing

@testable import Training

@Suite struct TrainingCPUTests {
  @Test func thisMachineRunsWhatWasBuiltOnIt() {
    #expect(TrainingCPU.compiledFeatures() & ~cpu_features_present() == 0)
  }

  @Test func theCPUHasWhatTheSystemSays() throws {
    #if arch(x86_64)
      let text = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("flags") })
      let flags = Set(line.split(separator: " ").map(String.init))
      for feature in 0..<cpu_feature_count() {
        #expect((cpu_features_present() >> feature & 1 == 1) == flags.contains(name(feature)))
      }
    #endif
  }

  private func name(_ feature: UInt32) -> String { String(cString: cpu_feature_name(feature)) }
}
