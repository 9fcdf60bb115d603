/// An architecture as the header of a blob has it.
extension Architecture {
  init(header bytes: BlobBytes) throws(ModelFormatError) {
    let arithmetic = bytes.u16(at: HeaderOffset.arithmetic)
    guard arithmetic == BlobLayout.arithmeticVersion else {
      throw .unsupportedArithmetic(found: Int(arithmetic))
    }
    try bytes.checkZeros(HeaderOffset.reserved..<HeaderOffset.vocabularySize)
    try bytes.checkZeros(HeaderOffset.tail..<BlobLayout.headerLength)
    let code = bytes.u16(at: HeaderOffset.architecture)
    switch code {
    case ArchitectureCode.tcn: self = .tcn(try TemporalConvNet(header: bytes))
    case ArchitectureCode.windowCNN: self = .windowCNN(try WindowConvNet(header: bytes))
    default: throw .unsupportedArchitecture(found: Int(code))
    }
  }
}

extension Precision {
  init(header bytes: BlobBytes) throws(ModelFormatError) {
    let code = bytes.u16(at: HeaderOffset.precision)
    guard let precision = Precision(rawValue: code) else {
      throw .unsupportedPrecision(found: Int(code))
    }
    self = precision
  }
}

extension TemporalConvNet {
  fileprivate init(header bytes: BlobBytes) throws(ModelFormatError) {
    let blocks = Int(bytes.u16(at: HeaderOffset.blocks))
    try ModelFormatError.check(.blocks, blocks, in: 1...Limits.blocks)
    var dilations = Dilations()
    for block in 0..<blocks {
      try dilations.append(Int(bytes.u16(at: HeaderOffset.dilations + 2 * block)))
    }
    try bytes.checkZeros((HeaderOffset.dilations + 2 * blocks)..<HeaderOffset.tail)
    let activationCode = bytes.u8(at: HeaderOffset.activation)
    guard let activation = Activation(rawValue: activationCode) else {
      throw .unknownChoice(
        .activation, found: Int(activationCode), atOffset: HeaderOffset.activation)
    }
    let tying = bytes.u8(at: HeaderOffset.tying)
    guard tying <= 1 else {
      throw .unknownChoice(.tying, found: Int(tying), atOffset: HeaderOffset.tying)
    }
    try self.init(
      vocabularySize: bytes.int(at: HeaderOffset.vocabularySize),
      channels: Int(bytes.u16(at: HeaderOffset.width)),
      kernelWidth: Int(bytes.u16(at: HeaderOffset.kernelWidth)), dilations: dilations,
      activation: activation, isTied: tying == 1)
  }
}

extension WindowConvNet {
  fileprivate init(header bytes: BlobBytes) throws(ModelFormatError) {
    try bytes.checkZeros(HeaderOffset.kernelWidth..<HeaderOffset.tail)
    try self.init(
      vocabularySize: bytes.int(at: HeaderOffset.vocabularySize),
      windowLength: Int(bytes.u16(at: HeaderOffset.width)))
  }
}
