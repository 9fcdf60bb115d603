import KernelTrace

/// The largest dimensions a detector may have.
///
/// They are small enough that no product of them overflows 64 bits, and every reader checks against
/// them before it multiplies anything.
public enum Limits {
  /// Largest vocabulary, counting the unknown state.
  public static let vocabularySize = 8192
  /// Longest state name, in bytes.
  public static let stateNameLength = StateName.maximumLength
  /// Most channels of a hidden layer.
  public static let channels = 256
  /// Widest convolution kernel.
  public static let kernelWidth = 8
  /// Most residual blocks.
  public static let blocks = 16
  /// Largest dilation.
  public static let dilation = 1024
  /// Largest receptive field of a `tcn`, in events.
  public static let receptiveField = 8192
  /// Longest window of a `window-cnn`, in events.
  public static let windowLength = 128
  /// Most detection channels.
  public static let detectionChannels = 4
  /// Longest rolling window of a detection channel, in events.
  public static let rollingLength = 4096
  /// Most golden events.
  public static let goldenEvents = 4096
  /// Longest provenance text, in bytes.
  public static let provenanceLength = 65536
}
