/// The numbers of `docs/model-format.md` that reader and writer share.
enum BlobLayout {
  /// `\x89MLE\r\n\x1a\n`.
  static let magic: InlineArray<8, UInt8> = [0x89, 0x4d, 0x4c, 0x45, 0x0d, 0x0a, 0x1a, 0x0a]
  static let majorVersion: UInt16 = 1
  /// What this writer gives new blobs.
  static let minorVersion: UInt16 = 2
  static let headerLength = 128
  static let digestLength = 32
  /// The file without metadata and weights.
  static let frameLength = headerLength + digestLength
  /// What metadata, weights and each tensor begin at a multiple of.
  static let alignment = 64

  static let arithmeticVersion: UInt16 = 1

  static let recordHeaderLength = 8
  static let recordAlignment = 8
  static let criticalFlag: UInt16 = 1
  static let detectionHeaderLength = 16
  static let detectionChannelLength = 32
  static let goldenHeaderLength = 8
  static let goldenEventLength = 8

  static func roundUp(_ length: Int, to multiple: Int) -> Int {
    (length + multiple - 1) / multiple * multiple
  }
}

/// The header's offsets.
enum HeaderOffset {
  static let majorVersion = 8
  static let minorVersion = 10
  static let headerLength = 12
  static let totalLength = 16
  static let metadataLength = 24
  static let weightsLength = 28
  static let architecture = 32
  static let precision = 34
  static let arithmetic = 36
  static let reserved = 38
  static let vocabularySize = 40
  /// `tcn`: channels; `window-cnn`: window length.
  static let width = 44
  static let kernelWidth = 46
  static let blocks = 48
  static let activation = 50
  static let tying = 51
  static let dilations = 52
  static let tail = 84
}

/// The metadata records that this version knows.
enum RecordType: UInt16 {
  case vocabulary = 1
  case detection = 2
  case goldenEvents = 3
  case provenance = 64
  case resources = 65
  case quantization = 66

  var isCritical: Bool { rawValue < RecordType.provenance.rawValue }
}

/// The architectures' numbers.
enum ArchitectureCode {
  static let tcn: UInt16 = 1
  static let windowCNN: UInt16 = 2
}
