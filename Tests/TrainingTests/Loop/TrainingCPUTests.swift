import CCPUFeatures
import Foundation
import Testing

@testable import Training

@Suite struct TrainingCPUTests {
  @Test func thisMachineRunsWhatWasBuiltOnIt() {
    #expect(TrainingCPU.missingFeatures.isEmpty)
  }

  @Test func aCPUWithoutExtensionsLacksAllThatTheKernelsUse() {
    let missing = TrainingCPU.missing(from: 0)
    #expect(Set(missing).isSubset(of: (0..<cpu_feature_count()).map(name)))
    for feature in 0..<cpu_feature_count() {
      let others = TrainingCPU.missing(from: ~(1 << feature))
      #expect(others == (missing.contains(name(feature)) ? [name(feature)] : []))
    }
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
