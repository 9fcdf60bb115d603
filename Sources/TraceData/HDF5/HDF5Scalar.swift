import CHDF5

/// A number type that data sets and attributes hold.
public protocol HDF5Scalar: Numeric, BitwiseCopyable, Sendable {
  /// Which type it is.
  static var hdf5Type: HDF5ScalarType { get }
}

/// The number types, each little-endian in a file.
public enum HDF5ScalarType: String, Sendable {
  case uint8, uint16, uint32, uint64, int8, int16, int32, int64, float32, float64

  var memoryType: hid_t {
    switch self {
    case .uint8: mle_h5_native_uint8()
    case .uint16: mle_h5_native_uint16()
    case .uint32: mle_h5_native_uint32()
    case .uint64: mle_h5_native_uint64()
    case .int8: mle_h5_native_int8()
    case .int16: mle_h5_native_int16()
    case .int32: mle_h5_native_int32()
    case .int64: mle_h5_native_int64()
    case .float32: mle_h5_native_float()
    case .float64: mle_h5_native_double()
    }
  }

  var fileType: hid_t {
    switch self {
    case .uint8: mle_h5_file_uint8()
    case .uint16: mle_h5_file_uint16()
    case .uint32: mle_h5_file_uint32()
    case .uint64: mle_h5_file_uint64()
    case .int8: mle_h5_file_int8()
    case .int16: mle_h5_file_int16()
    case .int32: mle_h5_file_int32()
    case .int64: mle_h5_file_int64()
    case .float32: mle_h5_file_float()
    case .float64: mle_h5_file_double()
    }
  }

  var isFloat: Bool { self == .float32 || self == .float64 }

  var isSigned: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .float32, .float64: true
    case .uint8, .uint16, .uint32, .uint64: false
    }
  }

  var size: Int {
    switch self {
    case .uint8, .int8: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }
}

extension UInt8: HDF5Scalar {
  /// 8 bits, unsigned.
  public static var hdf5Type: HDF5ScalarType { .uint8 }
}
extension UInt16: HDF5Scalar {
  /// 16 bits, unsigned.
  public static var hdf5Type: HDF5ScalarType { .uint16 }
}
extension UInt32: HDF5Scalar {
  /// 32 bits, unsigned.
  public static var hdf5Type: HDF5ScalarType { .uint32 }
}
extension UInt64: HDF5Scalar {
  /// 64 bits, unsigned.
  public static var hdf5Type: HDF5ScalarType { .uint64 }
}
extension Int8: HDF5Scalar {
  /// 8 bits, signed.
  public static var hdf5Type: HDF5ScalarType { .int8 }
}
extension Int16: HDF5Scalar {
  /// 16 bits, signed.
  public static var hdf5Type: HDF5ScalarType { .int16 }
}
extension Int32: HDF5Scalar {
  /// 32 bits, signed.
  public static var hdf5Type: HDF5ScalarType { .int32 }
}
extension Int64: HDF5Scalar {
  /// 64 bits, signed.
  public static var hdf5Type: HDF5ScalarType { .int64 }
}
extension Float: HDF5Scalar {
  /// IEEE 754 binary32.
  public static var hdf5Type: HDF5ScalarType { .float32 }
}
extension Double: HDF5Scalar {
  /// IEEE 754 binary64.
  public static var hdf5Type: HDF5ScalarType { .float64 }
}
