/// Reads a capture from pieces of any size, as they come from a pipe, a file or a mapping.
///
/// ```swift
/// while let item = try reader.next(&piece) { handle(item) }  // piece is empty: get the next one
/// ...
/// report(reader.end)  // no more pieces
/// ```
///
/// It is total: any bytes give items, a `CaptureError` or an end, and once it has thrown it throws
/// the same again. It holds one block (1 MiB of address space, touched as far as blocks are long)
/// and the state ids named; nothing is allocated for a record.
public struct CaptureReader: ~Copyable {
  /// What the bytes being collected are.
  private enum Phase {
    case fileHeader, blockHeader, payload
    /// A block turned out wrong: it is the torn end, unless something but zeros follows.
    case tornEnd
    case failed(CaptureError)
  }

  private let block: UnsafeMutableRawBufferPointer
  private var filled = 0
  private var phase = Phase.fileHeader
  /// Where the file header or the block being collected begins.
  private var blockOffset: UInt64 = 0
  private var payloadChecksum: UInt32 = 0
  private var payloadLength = 0
  private var payload: CapturePayload?
  private var names = NamedStates()

  /// A reader at the beginning of a capture.
  public init() {
    block = .allocate(byteCount: CaptureLayout.longestPayload, alignment: 16)
  }

  deinit { block.deallocate() }

  /// The next item, nil where `input` is used up and more is needed.
  ///
  /// - Parameter input: the next bytes of the capture; what was taken is removed from its beginning.
  /// - Throws: the first error in the capture; every item before it has been given.
  public mutating func next(
    _ input: inout UnsafeRawBufferPointer
  ) throws(CaptureError) -> CaptureItem? {
    do throws(CaptureError) {
      repeat {
        if let item = try nextOfBlock() { return item }
      } while try collect(&input)
      return nil
    } catch {
      phase = .failed(error)
      payload = nil
      throw error
    }
  }

  /// How the capture ends if the bytes that were taken are all.
  public var end: CaptureEnd {
    switch phase {
    case .blockHeader where filled == 0: .complete(atOffset: blockOffset)
    default: .cutOff(atOffset: blockOffset)
    }
  }
}

extension CaptureReader {
  private mutating func nextOfBlock() throws(CaptureError) -> CaptureItem? {
    guard var records = payload else { return nil }
    let item = try records.next(&names)
    payload = records.isAtEnd ? nil : records
    return item
  }

  /// Takes bytes up to the end of what is being collected; false where that takes more of them.
  private mutating func collect(_ input: inout UnsafeRawBufferPointer) throws(CaptureError) -> Bool
  {
    switch phase {
    case .fileHeader:
      let isWhole = fill(CaptureLayout.headerLength, from: &input)
      try checkMagic()
      if isWhole { try checkFileHeader() }
      return isWhole
    case .blockHeader:
      let isWhole = fill(CaptureLayout.blockHeaderLength, from: &input)
      if isWhole { try checkBlockHeader() }
      return isWhole
    case .payload:
      let isWhole = fill(payloadLength, from: &input)
      if isWhole { checkPayload() }
      return isWhole
    case .tornEnd:
      for byte in input where byte != 0 { throw .damagedBlock(atOffset: blockOffset) }
      input = UnsafeRawBufferPointer(rebasing: input[input.count...])
      return false
    case .failed(let error):
      throw error
    }
  }

  private mutating func fill(_ length: Int, from input: inout UnsafeRawBufferPointer) -> Bool {
    let count = min(length - filled, input.count)
    let taken = UnsafeRawBufferPointer(rebasing: input[..<count])
    UnsafeMutableRawBufferPointer(rebasing: block[filled...]).copyMemory(from: taken)
    input = UnsafeRawBufferPointer(rebasing: input[count...])
    filled += count
    return filled == length
  }

  private func checkMagic() throws(CaptureError) {
    for index in 0..<min(filled, 8) where block[index] != CaptureLayout.magic[index] {
      throw .notACapture
    }
  }

  private mutating func checkFileHeader() throws(CaptureError) {
    guard load(at: 12, as: UInt32.self) == checksum(12) else { throw .damagedHeader }
    let version = load(at: 8, as: UInt16.self)
    guard version == CaptureLayout.majorVersion else {
      throw .unsupportedVersion(found: Int(version))
    }
    beginBlock(at: UInt64(CaptureLayout.headerLength))
  }

  private mutating func checkBlockHeader() throws(CaptureError) {
    guard load(at: 8, as: UInt32.self) == checksum(8) else {
      phase = .tornEnd
      return
    }
    let length = load(at: 0, as: UInt32.self)
    guard (1...UInt32(CaptureLayout.longestPayload)).contains(length) else {
      throw .blockLength(found: Int(clamping: length), atOffset: blockOffset)
    }
    payloadLength = Int(length)
    payloadChecksum = load(at: 4, as: UInt32.self)
    filled = 0
    phase = .payload
  }

  private mutating func checkPayload() {
    guard checksum(payloadLength) == payloadChecksum else {
      phase = .tornEnd
      return
    }
    let start = blockOffset + UInt64(CaptureLayout.blockHeaderLength)
    payload = CapturePayload(
      UnsafeRawBufferPointer(rebasing: block[..<payloadLength]), at: start)
    beginBlock(at: start + UInt64(payloadLength))
  }

  private mutating func beginBlock(at offset: UInt64) {
    blockOffset = offset
    filled = 0
    phase = .blockHeader
  }

  private func checksum(_ count: Int) -> UInt32 {
    CRC32.of(UnsafeRawBufferPointer(rebasing: block[..<count]))
  }

  private func load<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: T.Type) -> T {
    T(littleEndian: block.loadUnaligned(fromByteOffset: offset, as: T.self))
  }
}
