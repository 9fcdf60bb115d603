import CCPUFeatures

/// Whether this CPU can run the kernels as they were compiled.
public enum TrainingCPU {
  /// The instruction set extensions that this build uses and this CPU lacks, as `/proc/cpuinfo`
  /// calls them.
  ///
  /// To be asked before anything is trained: otherwise a foreign machine answers with SIGILL.
  public static var missingFeatures: [String] {
    missing(from: cpu_features_present())
  }

  static func missing(from present: UInt32) -> [String] {
    let missing = cpu_features_compiled() & ~present
    return (0..<cpu_feature_count()).filter { missing >> $0 & 1 == 1 }.map {
      String(cString: cpu_feature_name($0))
    }
  }
}
