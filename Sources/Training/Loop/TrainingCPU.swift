import CCPUFeatures

/// What the module's code is compiled for.
public enum TrainingCPU {
  /// The instruction set extensions that it uses, as bits of `CCPUFeatures`.
  ///
  /// To be compared with those of the CPU before anything else of the module is called: otherwise a
  /// foreign machine answers with SIGILL. This itself is a constant, which any CPU returns.
  @inline(never)
  public static func compiledFeatures() -> UInt32 { cpu_features_compiled() }
}
